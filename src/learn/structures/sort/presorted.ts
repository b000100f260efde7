import type { Keys } from './keys.ts'

/** How keys lie before they are sorted. */
export type Lie = 'rising' | 'falling' | 'mixed'

/**
 * Whether keys rise already (each at least the one before, −0 before 0, no NaN) or fall strictly.
 * Looks no further than the first pair that speaks against it.
 */
export function lieOf(keys: Keys): Lie {
  if (keys.length < 2) return 'rising'
  return keys[0]! > keys[1]! ? lieFalling(keys) : lieRising(keys)
}

function lieRising(keys: Keys): Lie {
  let before = keys[0]!
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!
    // Zeros of both signs are equal but not alike.
    const isRising = before < key || (before === key && (key !== 0 || Object.is(before, key)))
    if (!isRising) return 'mixed'
    before = key
  }
  return 'rising'
}

function lieFalling(keys: Keys): Lie {
  let before = keys[0]!
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!
    if (!(before > key)) return 'mixed'
    before = key
  }
  return 'falling'
}
