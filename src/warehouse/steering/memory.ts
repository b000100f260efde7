import { existsSync, readFileSync, statSync } from 'node:fs'
import { writeFileWhole } from '../../core/files.ts'
import type { SavedHistory } from './history.ts'
import type { SavedCatalogue } from './ways/catalogue.ts'
import type { SavedCostLine } from './ways/cost-line.ts'
import type { SavedResiduals } from './ways/residuals.ts'
import type { WaysState } from './ways/ways.ts'

const FORM = 'storewright-steering-1'
/** Beyond this a file is not what was kept here. */
const MOST_BYTES = 8 * 2 ** 20
const MOST_NAMES = 10_000

/** What is learned while statements run, beside what an action carries. */
export interface Learned {
  readonly ways: WaysState
  /** Of arms of settings: what was seen of them, under the names that the arms had. */
  readonly plans?: {
    readonly arms: readonly string[]
    readonly history: SavedHistory
    readonly stopped: readonly string[]
  }
}

export interface ReadMemory {
  /** What was learned; undefined: begin anew. */
  readonly learned?: Learned
  /** Why what is there cannot be used, for a person. */
  readonly fault?: string
}

/** What was learned of ways to ask when a database was last closed. A damaged file says so and is nothing. */
export function readMemory(file: string): ReadMemory {
  if (!existsSync(file)) return {}
  const damaged = (why: string) => ({ fault: `${file} ${why}: steering is learned anew` })
  try {
    if (statSync(file).size > MOST_BYTES) return damaged('is larger than what is kept there')
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!isRecord(kept) || kept['form'] !== FORM) return damaged('is of another form')
    const { ways, plans } = kept
    if (!isState(ways) || !(plans === undefined || isPlans(plans))) {
      return damaged('does not hold what it should')
    }
    return { learned: { ways, ...(plans === undefined ? {} : { plans }) } }
  } catch (error) {
    return damaged(`cannot be read (${error instanceof Error ? error.message : String(error)})`)
  }
}

/** Keeps what was learned, written beside and renamed. Throws what the disk says. */
export function keepMemory(file: string, learned: Learned): void {
  writeFileWhole(file, JSON.stringify({ form: FORM, ...learned }))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isState(value: unknown): value is WaysState {
  if (!isRecord(value)) return false
  const { lines, off, left, catalogue } = value
  return (
    isPair(lines, isLine) &&
    isPair(off, isResiduals) &&
    isList(left, isName) &&
    isCatalogue(catalogue)
  )
}

function isPair<T>(value: unknown, is: (one: unknown) => one is T): boolean {
  return isRecord(value) && is(value['normal']) && is(value['grouped'])
}

function isLine(value: unknown): value is SavedCostLine {
  if (!isRecord(value)) return false
  const { weights, covariance, variance, runs } = value
  return (
    isList(weights, isPositive) &&
    isList(covariance, isNumber) &&
    covariance.length === weights.length ** 2 &&
    isPositive(variance) &&
    isNumber(runs) &&
    runs >= 0
  )
}

function isResiduals(value: unknown): value is SavedResiduals {
  return isList(
    value,
    (one): one is SavedResiduals[number] =>
      Array.isArray(one) &&
      one.length === 4 &&
      isName(one[0]) &&
      one.slice(1).every(isNumber) &&
      one[1] >= 1 &&
      one[3] >= 0,
  )
}

function isCatalogue(value: unknown): value is SavedCatalogue {
  if (!isRecord(value)) return false
  const { tables, columns, joined } = value
  return (
    isList(tables, (t): t is [string, number] => isNamedNumber(t)) &&
    isList(joined, (t): t is [string, number] => isNamedNumber(t)) &&
    isList(
      columns,
      (c): c is SavedCatalogue['columns'][number] =>
        Array.isArray(c) && c.length === 3 && isName(c[0]) && isName(c[1]) && isPositive(c[2]),
    )
  )
}

function isPlans(value: unknown): value is NonNullable<Learned['plans']> {
  if (!isRecord(value)) return false
  const { arms, history, stopped } = value
  return isList(arms, isName) && isList(stopped, isName) && isList(history, isSeen)
}

function isSeen(value: unknown): value is SavedHistory[number] {
  if (!isRecord(value)) return false
  const { fingerprint, asked, left, buckets } = value
  return (
    isName(fingerprint) && isPositive(asked) && isList(left, isName) && isList(buckets, isBucket)
  )
}

function isBucket(value: unknown): value is SavedHistory[number]['buckets'][number] {
  type Run = SavedHistory[number]['buckets'][number]['arms'][number]
  const isRun = (one: unknown): one is Run =>
    Array.isArray(one) && one.length === 4 && isName(one[0]) && one.slice(1).every(isNumber)
  return isRecord(value) && isName(value['bucket']) && isList(value['arms'], isRun)
}

function isNamedNumber(value: unknown): value is [string, number] {
  return Array.isArray(value) && value.length === 2 && isName(value[0]) && isPositive(value[1])
}

function isList<T>(value: unknown, is: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.length <= MOST_NAMES && value.every(is)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2000
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isPositive(value: unknown): value is number {
  return isNumber(value) && value >= 0
}
