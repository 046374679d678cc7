import versions from '../../../stack/versions.json' with { type: 'json' }

/** The pinned versions of all engine parts: `stack/versions.json`. */
export const VERSIONS = versions
