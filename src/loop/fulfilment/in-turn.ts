/** Runs work while nothing else happens to these orders. */
export type InTurns = <Result>(
  orderIds: readonly string[],
  work: () => Promise<Result>,
) => Promise<Result>

/** Lets what is done to one order go one after the other; different orders do not wait. */
export interface Turns {
  readonly inTurns: InTurns
  inTurn<Result>(orderId: string, work: () => Promise<Result>): Promise<Result>
  /** Waits for all that is under way. */
  settled(): Promise<void>
}

export function createTurns(): Turns {
  const turns = new Map<string, Promise<unknown>>()
  const inTurn = <Result>(orderId: string, work: () => Promise<Result>): Promise<Result> => {
    const before = turns.get(orderId) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(work)
    const settled = mine.catch(() => undefined)
    turns.set(orderId, settled)
    void settled.then(() => {
      if (turns.get(orderId) === settled) turns.delete(orderId)
    })
    return mine
  }
  // Nothing else waits for two, so that none waits for another.
  const inTurns: InTurns = ([first, ...others], work) =>
    first === undefined ? work() : inTurn(first, () => inTurns(others, work))
  return {
    inTurn,
    inTurns,
    settled: async () => {
      await Promise.allSettled(turns.values())
    },
  }
}

/** Runs `work` on each of `list`, at most `width` at a time, beginning in their order. */
export async function eachOf<Item>(
  list: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const runner = async () => {
    while (next < list.length) await work(list[next++]!)
  }
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, runner))
}
