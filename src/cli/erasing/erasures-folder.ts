/** Below the data folder: tombstones and their key, certificates, requests. */
export const ERASURES_FOLDER = 'erasures'
