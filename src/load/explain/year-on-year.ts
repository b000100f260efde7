import type { LoadPart } from '../types.ts'

/** One reason for a difference, in load and as a share of what it is compared with. */
export interface Reason {
  readonly name: string
  readonly kind: LoadPart['kind']
  /** Load that it adds (or takes away). */
  readonly load: number
  /** Of the value compared with. */
  readonly share: number
}

/** A difference of two loads, with reasons that sum to it. */
export interface Difference {
  readonly now: number
  readonly before: number
  /** now / before − 1. */
  readonly change: number
  /** Largest first; they sum to now − before. */
  readonly reasons: readonly Reason[]
}

/** The parts of one step, by name; events of a kind stand for each other, whatever their dates. */
export interface PartsAt {
  readonly total: number
  readonly parts: readonly {
    readonly name: string
    readonly kind: LoadPart['kind']
    readonly load: number
  }[]
}

/** The parts of the step `at` of a forecast. `nameOf` brings names of another year together. */
export function partsAt(
  parts: readonly LoadPart[],
  at: number,
  nameOf: (part: LoadPart) => string = ({ name }) => name,
): PartsAt {
  const loads = parts.map((part) => ({
    name: nameOf(part),
    kind: part.kind,
    load: part.values[at]!,
  }))
  return { total: loads.reduce((sum, { load }) => sum + load, 0), parts: loads }
}

/**
 * Why one load differs from another: "this year's peak is 18 % above last year's". Parts are compared by
 * name; one that is on one side alone counts whole. Reasons under a thousandth are joined as "others".
 */
export function explainDifference(now: PartsAt, before: PartsAt): Difference {
  const loads = new Map<string, { kind: LoadPart['kind']; load: number }>()
  const add = (side: PartsAt, sign: number) => {
    for (const { name, kind, load } of side.parts) {
      const known = loads.get(name) ?? { kind, load: 0 }
      loads.set(name, { kind, load: known.load + sign * load })
    }
  }
  add(now, 1)
  add(before, -1)
  const base = Math.abs(before.total) > 0 ? before.total : Number.NaN
  const all = [...loads].map(([name, { kind, load }]) => ({ name, kind, load, share: load / base }))
  const large = all.filter(({ share }) => !(Math.abs(share) < 0.001))
  const small = all.filter(({ share }) => Math.abs(share) < 0.001)
  const rest = small.reduce((sum, { load }) => sum + load, 0)
  const others: Reason = { name: 'others', kind: 'other', load: rest, share: rest / base }
  const reasons = [...large, ...(small.length > 0 ? [others] : [])]
  return {
    now: now.total,
    before: before.total,
    change: now.total / base - 1,
    reasons: reasons.sort((a, b) => Math.abs(b.load) - Math.abs(a.load)),
  }
}

/** The difference in a sentence and a line a reason. */
export function describeDifference(
  what: string,
  { now, before, change, reasons }: Difference,
): string {
  const head = `${what} is ${inPercent(change)} ${change >= 0 ? 'above' : 'below'} the one before (${round(now)} against ${round(before)}).`
  const lines = reasons.map(
    ({ name, load, share }) =>
      `- ${name}: ${load >= 0 ? '+' : '−'}${round(Math.abs(load))} (${signed(share)})`,
  )
  return [head, ...lines].join('\n')
}

function inPercent(share: number): string {
  return `${Math.abs(100 * share).toFixed(Math.abs(share) < 0.1 ? 1 : 0)} %`
}

function signed(share: number): string {
  return `${share >= 0 ? '+' : '−'}${inPercent(share)}`
}

/** Load as people read it: three digits or more, thousands apart. */
export function round(load: number): string {
  const digits = Math.abs(load) >= 100 ? 0 : Math.abs(load) >= 10 ? 1 : 2
  return load.toLocaleString('en-US', { maximumFractionDigits: digits })
}
