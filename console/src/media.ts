import { type ReadonlySignal, signal } from '@preact/signals'

function watch(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query)
  const matches = signal(list.matches)
  list.addEventListener('change', () => {
    matches.value = list.matches
  })
  return matches
}

/** Room for the side panel beside the page. As in shell.css and panel.css. */
export const isWide = watch('(min-width: 1280px)')
/** A phone: rows fold into cards. As in grid.css. */
export const isNarrow = watch('(max-width: 760px)')
/** No pointer that hovers: a finger. */
export const isTouch = watch('(hover: none)')
export const isDark = watch('(prefers-color-scheme: dark)')
