import { useSyncExternalStore } from 'react'

const PREFIX = '#/product/'

/** The product whose page is open, by the address, so that the browser's back button works; null is the home page. */
export function useFocusSku(): string | null {
  const hash = useSyncExternalStore(listen, () => window.location.hash)
  return hash.startsWith(PREFIX) ? decodeURIComponent(hash.slice(PREFIX.length)) : null
}

export function openProduct(sku: string): void {
  window.location.hash = `${PREFIX}${encodeURIComponent(sku)}`
}

export function openHome(): void {
  window.location.hash = '#/'
}

function listen(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}
