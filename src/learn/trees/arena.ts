import { StorewrightError } from '../../core/errors.ts'

const PAGE = 65536
/** WebAssembly addresses are 32 bits: 65,536 pages of 64 KiB. */
const MOST_PAGES = 65536
/** Below it the compiled kernel may keep constants of its own. */
const FIRST_FREE = PAGE
/** Word that says whether a training is using the arena: within the first page, above constants. */
const BUSY_WORD = PAGE / 4 - 1

/**
 * Memory that the kernel, plain TypeScript and all threads see at once: a shared WebAssembly memory
 * handed out from the bottom. Addresses are bytes; views are made anew after `reserve`.
 */
export interface Arena {
  readonly memory: WebAssembly.Memory
  /** First free byte. */
  top: number
}

/** An arena with nothing in it. */
export function createArena(): Arena {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true })
  return { memory, top: FIRST_FREE }
}

/** Takes `bytes` from the arena at an address that is a multiple of 64. Contents are undefined. */
export function reserve(arena: Arena, bytes: number): number {
  const at = Math.ceil(arena.top / 64) * 64
  const end = at + bytes
  const missing = Math.ceil(end / PAGE) - arena.memory.buffer.byteLength / PAGE
  if (missing > 0) growBy(arena.memory, missing, end)
  arena.top = end
  return at
}

function growBy(memory: WebAssembly.Memory, pages: number, bytes: number): void {
  try {
    memory.grow(pages)
  } catch (cause) {
    const gigabytes = (bytes / 2 ** 30).toFixed(1)
    throw new StorewrightError('ERR_ARGUMENT', `trees: ${gigabytes} GiB are needed at once`, {
      next: 'One training holds at most 4 GiB: take fewer rows, features or leaves.',
      cause,
    })
  }
}

/** Takes the arena for one training; false when another has it. */
export function claim(arena: Arena): boolean {
  const words = new Int32Array(arena.memory.buffer)
  return Atomics.compareExchange(words, BUSY_WORD, 0, 1) === 0
}

/** Gives a claimed arena back. */
export function release(arena: Arena): void {
  Atomics.store(new Int32Array(arena.memory.buffer), BUSY_WORD, 0)
}
