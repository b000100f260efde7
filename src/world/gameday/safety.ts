/** When a game day stops by itself. */
export interface SafetyRule {
  /** Stops above this share of failed requests over the last second. */
  readonly errorShare: number
  /** Stops where more than one request in a hundred of the last second took longer (ms), or waits longer. */
  readonly p99Ms: number
}

/** Why and when (ms from the beginning) a game day stopped before its curve ended. */
export interface SafetyStop {
  readonly atMs: number
  readonly reason: string
  readonly kind: 'errors' | 'latency' | 'health' | 'asked'
}

/** Watches the last second of a run. */
export interface SafetyWatch {
  /** An answer or a failure at `nowMs`. */
  note(nowMs: number, isFailed: boolean, isSlow: boolean): void
  /** The stop that the rule asks for at `nowMs`, with `overdue` requests waiting longer than p99Ms. */
  check(nowMs: number, overdue: number): SafetyStop | undefined
}

const BUCKET_MS = 100
const BUCKETS = 10
/** Fewer outcomes in a second say nothing about shares; fewer slow ones are single accidents. */
const FEWEST = 20
const FEWEST_SLOW = 5

/** Counts outcomes of the last second in tenths and holds them against the rule. */
export function createSafetyWatch({ errorShare, p99Ms }: SafetyRule): SafetyWatch {
  const counts = new Float64Array(BUCKETS)
  const failed = new Float64Array(BUCKETS)
  const slow = new Float64Array(BUCKETS)
  let newest = 0
  const moveTo = (nowMs: number) => {
    const bucket = Math.floor(nowMs / BUCKET_MS)
    for (let b = Math.max(newest + 1, bucket - BUCKETS + 1); b <= bucket; b++) {
      for (const list of [counts, failed, slow]) list[b % BUCKETS] = 0
    }
    newest = Math.max(newest, bucket)
    return newest % BUCKETS
  }
  const sum = (list: Float64Array) => list.reduce((a, b) => a + b, 0)
  return {
    note(nowMs, isFailed, isSlow) {
      const at = moveTo(nowMs)
      counts[at]! += 1
      if (isFailed) failed[at]! += 1
      if (isSlow) slow[at]! += 1
    },
    check(nowMs, overdue) {
      moveTo(nowMs)
      const total = sum(counts)
      const bad = sum(failed)
      if (total >= FEWEST && bad / total > errorShare) {
        const reason = `${percent(bad / total)} of the requests of the last second failed; the limit is ${percent(errorShare)}`
        return { atMs: nowMs, kind: 'errors', reason }
      }
      const late = sum(slow) + overdue
      if (late >= FEWEST_SLOW && late / (total + overdue) > 0.01) {
        const reason = `${percent(late / (total + overdue))} of the requests took or wait longer than ${p99Ms} ms; the limit is 1 %`
        return { atMs: nowMs, kind: 'latency', reason }
      }
      return undefined
    },
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
