import { useSignal } from '@preact/signals'

/** The handlers of a drawing whose marks can be pointed at, one by one, by mouse, finger and keys. */
export interface Pointed {
  /** The mark that is pointed at, or −1. */
  readonly index: number
  readonly point: (index: number) => void
  /** What makes the drawing reachable by Tab and readable by keys. */
  readonly handlers: {
    readonly tabIndex: 0
    readonly onKeyDown: (event: KeyboardEvent) => void
    readonly onBlur: () => void
    readonly onPointerLeave: () => void
  }
}

/** The mark after a key: arrows move, Home and End jump; undefined for other keys. */
export function markAfterKey(key: string, index: number, count: number): number | undefined {
  const last = count - 1
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(last, index + 1)
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, index - 1)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return undefined
  }
}

/** Which of `count` marks is pointed at; none at first. */
export function usePointed(count: number): Pointed {
  const pointed = useSignal(-1)
  const leave = (): void => {
    pointed.value = -1
  }
  return {
    index: pointed.value < count ? pointed.value : -1,
    point(index) {
      pointed.value = index
    },
    handlers: {
      tabIndex: 0,
      onKeyDown(event) {
        const next = markAfterKey(event.key, pointed.peek(), count)
        if (next === undefined || count === 0) return
        event.preventDefault()
        pointed.value = next
      },
      onBlur: leave,
      onPointerLeave: leave,
    },
  }
}

/** The mark nearest to a pointer, by where marks stand as fractions of the drawing's width. */
export function markUnder(event: PointerEvent, fractions: readonly number[]): number {
  const { left, width } = (event.currentTarget as Element).getBoundingClientRect()
  const at = (event.clientX - left) / width
  let best = -1
  fractions.forEach((fraction, i) => {
    if (best < 0 || Math.abs(fraction - at) < Math.abs(fractions[best]! - at)) best = i
  })
  return best
}
