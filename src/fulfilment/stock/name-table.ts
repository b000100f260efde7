import { hashed, hashText } from './text-hash.ts'

/** Names and their numbers, in the order in which they were added. */
export interface NameTable {
  readonly names: string[]
  /** The number of a name; −1 where it is unknown. */
  numberOf(name: string): number
  /** Gives a name the next number; false where it has one. */
  add(name: string): boolean
  /** The slots as they lie in memory: what a snapshot holds. */
  readonly slots: Int32Array
}

/**
 * A table of names by open addressing over typed arrays: a million names are restored with their
 * slots, and not hashed again. `slots`: number + 1 of the name in each, 0 where it is free.
 */
export function createNameTable(
  names: string[] = [],
  slots: Int32Array = new Int32Array(64),
): NameTable {
  let table: Int32Array = slots
  const slotOf = (name: string): number => {
    hashText(name)
    let slot = hashed[0]! & (table.length - 1)
    while (table[slot] !== 0 && names[table[slot]! - 1] !== name) {
      slot = (slot + 1) & (table.length - 1)
    }
    return slot
  }
  const grow = () => {
    table = new Int32Array(2 * table.length)
    names.forEach((name, number) => {
      table[slotOf(name)] = number + 1
    })
  }
  return {
    names,
    get slots() {
      return table
    },
    numberOf: (name) => table[slotOf(name)]! - 1,
    add(name) {
      if (2 * (names.length + 1) > table.length) grow()
      const slot = slotOf(name)
      if (table[slot] !== 0) return false
      table[slot] = names.push(name)
      return true
    },
  }
}
