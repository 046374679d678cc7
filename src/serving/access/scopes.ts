/** What a key may do. `ingest`: post events; `recommend`: read answers; `admin`: operate; `erase`: delete people. */
export const SCOPES = ['ingest', 'recommend', 'admin', 'erase'] as const
export type Scope = (typeof SCOPES)[number]

/** What a route asks for: one scope, or nothing at all. A route that does not say asks for `admin`. */
export type RouteScope = Scope | 'public'

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)
