/** Settings of a topic that we give, each with the values that it takes. @source Confluent Cloud documentation, topic settings */
const SETTINGS: Readonly<Record<string, RegExp>> = {
  'cleanup.policy': /^(delete|compact|delete,compact|compact,delete)$/,
  'retention.ms': /^(-1|\d+)$/,
  'message.timestamp.before.max.ms': /^\d+$/,
  'message.timestamp.after.max.ms': /^\d+$/,
  'max.message.bytes': /^\d+$/,
}

/** What a topic would not take. */
export function topicConfigFaults(config: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    const allowed = SETTINGS[name]
    if (allowed === undefined) return [`'${name}' is no setting of a topic that we know`]
    return allowed.test(value) ? [] : [`'${name}' does not take '${value}'`]
  })
}
