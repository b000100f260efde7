import type { FulfilmentLive } from '../../src/api/schemas/fulfilment-pages.ts'
import { api } from './api.ts'

const EVERY_MILLISECONDS = 2_000

/**
 * Asks every two seconds, while the page is looked at, whether orders or stock have changed, and
 * calls `onNews` where they have. Returns how to stop. A server that does not answer is asked again.
 */
export function followLive(what: keyof FulfilmentLive, onNews: () => void): () => void {
  let known: number | undefined
  let isAsking = false
  const ask = async (): Promise<void> => {
    if (document.visibilityState === 'hidden' || isAsking) return
    isAsking = true
    try {
      const now = (await api.live())[what]
      if (known !== undefined && now !== known) onNews()
      known = now
    } catch {
      // What is shown stays; the next request that matters says what is wrong.
    } finally {
      isAsking = false
    }
  }
  void ask()
  const timer = setInterval(() => void ask(), EVERY_MILLISECONDS)
  return () => clearInterval(timer)
}
