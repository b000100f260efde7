import { signal } from '@preact/signals'
import type { SuggestReply } from '../../../src/api/schemas/search.ts'
import { api } from '../api.ts'

export type Suggestion = SuggestReply['suggestions'][number]

/** How long typing must rest before the server is asked. */
export const REST_MILLISECONDS = 120

export const suggestions = signal<readonly Suggestion[]>([])

let stop = new AbortController()

/** Fetches completions of a text; answers to older texts are dropped. */
export async function suggest(text: string): Promise<void> {
  stop.abort()
  stop = new AbortController()
  const { signal: aborted } = stop
  if (text.trim() === '') {
    suggestions.value = []
    return
  }
  try {
    const reply = await api.suggest({ text, size: 8 }, aborted)
    if (!aborted.aborted) suggestions.value = reply.suggestions
  } catch {
    // Searching works without completions; the results say what is wrong, if anything is.
    if (!aborted.aborted) suggestions.value = []
  }
}

/** Drops what is on its way. */
export function forgetSuggestions(): void {
  stop.abort()
  suggestions.value = []
}
