import { EndcapError } from '../../core/errors.ts'
import type { EventSink } from './event-sink.ts'
import { folderSink } from './folder-sink.ts'
import { httpSink } from './http-sink.ts'
import { kafkaSink } from './kafka-sink.ts'

export type Target =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'kafka'; readonly bootstrapBrokers: readonly string[]; readonly topicPrefix: string }

export type TargetSettings = { readonly apiKey?: string; readonly partitions: number }

/** `DIR`, `http://host:port`, or `kafka://host:port[,host:port...][/PREFIX]`. @throws EndcapError USAGE */
export function targetOf(to: string): Target {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(to)?.[1]?.toLowerCase()
  if (scheme === undefined) return { kind: 'folder', folder: to }
  if (scheme === 'http' || scheme === 'https') {
    if (URL.canParse(to)) return { kind: 'http', url: to }
  } else if (scheme === 'kafka') {
    const [, brokers, topicPrefix = ''] = KAFKA.exec(to) ?? []
    if (brokers !== undefined) return { kind: 'kafka', bootstrapBrokers: brokers.split(','), topicPrefix }
  }
  throw new EndcapError('USAGE', `'${to}' is no folder, http://host:port or kafka://host:port/prefix`)
}

const KAFKA = /^kafka:\/\/([^/,:]+:[0-9]+(?:,[^/,:]+:[0-9]+)*)(?:\/([A-Za-z0-9._-]*))?$/i

export function openTarget(
  target: Target,
  { apiKey, partitions }: TargetSettings,
): EventSink | Promise<EventSink> {
  switch (target.kind) {
    case 'folder':
      return folderSink(target.folder)
    case 'http':
      return httpSink({ url: target.url, ...(apiKey === undefined ? {} : { apiKey }) })
    case 'kafka':
      return kafkaSink({ ...target, partitions })
  }
}
