import type { Page, Request } from 'playwright-core'

/** Notes everything that a page complains of: its console, what it throws, requests that fail or are refused. */
export function watch(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => {
    if (!isGivenUp(request)) complaints.push(`${request.url()} failed: ${request.failure()?.errorText}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`)
  })
  return complaints
}

/** The page itself lets go of a question that another one has overtaken. */
const isGivenUp = (request: Request): boolean => request.failure()?.errorText === 'net::ERR_ABORTED'
