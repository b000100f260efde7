import { AsyncLocalStorage } from 'node:async_hooks'

/** Lets works on one file in: many that read, or one that writes. */
export interface Gate {
  enter<T>(mode: 'read' | 'write', work: () => Promise<T>): Promise<T>
}

interface Queued {
  readonly mode: 'read' | 'write'
  readonly start: () => unknown
}

/** A work that reads for longer counts as long: those that come later do not wait for it to end. */
const LONG_MS = 1000

/** After so long of readers on readers the last of them are waited for: other processes may want to write. */
const BREATHE_MS = 2000

/**
 * A gate for the works of one process. What comes first goes first; a reader does not pass a writer
 * that waits, but while a long reader holds the writer up anyway. `clock` gives ms.
 */
export function createGate(clock: () => number): Gate {
  const queue: Queued[] = []
  const reading = new Set<{ readonly since: number }>()
  let isWriting = false
  let readingSince = 0
  let timer: NodeJS.Timeout | undefined

  const holdsLong = () => [...reading].some(({ since }) => clock() - since >= LONG_MS)
  const mustBreathe = () => reading.size > 0 && clock() - readingSince >= BREATHE_MS
  const mayStart = ({ mode }: Queued, isBehindWriter: boolean) =>
    mode === 'write'
      ? !isWriting && reading.size === 0 && !isBehindWriter
      : !isWriting && ((!isBehindWriter && !mustBreathe()) || holdsLong())

  const startNext = () => {
    let isBehindWriter = false
    for (let i = 0; i < queue.length; ) {
      const next = queue[i]!
      if (mayStart(next, isBehindWriter)) {
        queue.splice(i, 1)
        next.start()
        if (next.mode === 'write') return
        continue
      }
      isBehindWriter ||= next.mode === 'write'
      i++
    }
    clearTimeout(timer)
    // A reader that is inside may become a long one while nothing else happens.
    if (queue.length > 0 && reading.size > 0 && !holdsLong()) {
      timer = setTimeout(startNext, LONG_MS)
    }
  }

  const carryOut = async <T>(mode: 'read' | 'write', work: () => Promise<T>): Promise<T> => {
    const mine = { since: clock() }
    if (reading.size === 0) readingSince = mine.since
    if (mode === 'write') isWriting = true
    else reading.add(mine)
    try {
      return await work()
    } finally {
      if (mode === 'write') isWriting = false
      else reading.delete(mine)
      startNext()
    }
  }

  return {
    enter: (mode, work) =>
      new Promise((resolve, reject) => {
        // Whoever leaves starts the next, which goes on in the context of who asked for it.
        const inContext = AsyncLocalStorage.snapshot()
        const start = () => inContext(() => carryOut(mode, work).then(resolve, reject))
        queue.push({ mode, start })
        startNext()
      }),
  }
}
