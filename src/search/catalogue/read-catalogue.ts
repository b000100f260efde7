import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, nearest, readKnob } from '../../core/knobs.ts'
import { chooseId } from './choose-id.ts'
import { addValue, emptyStatistics, type FieldStatistics } from './field-statistics.ts'
import { flatten, type Leaf } from './flatten.ts'
import { inferRoles, type RoleChoice } from './infer-roles.ts'
import { SAMPLED_PRODUCTS } from './knobs.ts'
import { openRows } from './open-rows.ts'
import type { Field, FieldRole, Product } from './product.ts'
import {
  type CatalogueReport,
  createReport,
  type ReportWriter,
  throwCatalogueFaults,
} from './report.ts'
import type { RoleSettings } from './role-settings.ts'
import { isFault, type RawRow, type RowFault, type RowSource } from './row.ts'
import { COMBINED_FIELD, type Shaping, shapeValues } from './shape-product.ts'

export interface CatalogueOptions {
  /** Roles that a person set; the others are inferred. */
  readonly roles?: RoleSettings
  readonly knobs?: KnobSettings
  readonly signal?: AbortSignal
  /** Rows that are no products: 'throw' (by default) after all were seen, or 'skip' and count them. */
  readonly onFault?: 'throw' | 'skip'
}

/** How a catalogue will be read: its fields, their roles, and why. */
export interface CataloguePlan {
  readonly source: RowSource
  readonly idField: string
  readonly idReason: string
  readonly choices: readonly RoleChoice[]
  /** Fields of the products, without the ignored ones. */
  readonly fields: readonly Field[]
}

/** A catalogue that is small enough to be held whole. */
export interface Catalogue extends CataloguePlan {
  readonly products: readonly Product[]
  readonly report: CatalogueReport
}

/**
 * Looks through a catalogue once and says how it is to be read. `path`: see `openRows`. Memory does
 * not grow with the rows. Throws ERR_FEED_NO_FILE, ERR_FEED_UNREADABLE, ERR_FEED_EMPTY (no rows),
 * ERR_FEED_BAD_HEADER (no id can be found), ERR_SETTINGS (roles of fields that are not there).
 */
export async function planCatalogue(
  path: string,
  options: CatalogueOptions = {},
): Promise<CataloguePlan> {
  const source = openRows(path)
  const { statistics, rows } = await lookThrough(source, options)
  if (rows === 0) {
    throw new StorewrightError('ERR_FEED_EMPTY', `${source.file} has no products`, {
      file: source.file,
      next: 'Give a file with at least one product: a JSON object a line, or a header and rows.',
    })
  }
  const settings = options.roles ?? {}
  requireFields(settings, statistics, source.file)
  const id = idOf(settings, [...statistics.values()], rows, source.file)
  const others = [...statistics.values()].filter(({ name }) => name !== id.field)
  const choices = withSettings(inferRoles(others, rows, options.knobs), settings)
  return {
    source,
    idField: id.field,
    idReason: id.reason,
    choices,
    fields: fieldsOf(choices, settings),
  }
}

/**
 * The products of a catalogue in batches; a product whose id came before is yielded again, and
 * `SearchIndex.add` lets the last one win. After the last batch it throws ERR_FEED_FAULTS where rows
 * were no products, unless they are skipped. `report` gathers what was met.
 */
export async function* streamProducts(
  plan: CataloguePlan,
  report: ReportWriter,
  options: CatalogueOptions = {},
): AsyncGenerator<readonly Product[]> {
  const reader = createProductReader(plan, report)
  for await (const batch of plan.source.batches(options.signal)) {
    const products = batch.flatMap((row) => reader.push(row))
    if (products.length > 0) yield products
  }
  const last = reader.end()
  if (last.length > 0) yield last
  if (options.onFault !== 'skip') throwCatalogueFaults(report.report())
}

/** Reads a whole catalogue into memory: plan, products (the last of each id) and report. */
export async function readCatalogue(
  path: string,
  options: CatalogueOptions = {},
): Promise<Catalogue> {
  const plan = await planCatalogue(path, options)
  const report = reportOf(plan, options)
  const byId = new Map<string, Product>()
  for await (const batch of streamProducts(plan, report, options)) {
    for (const product of batch) byId.set(product.id, product)
  }
  return { ...plan, products: [...byId.values()], report: report.report() }
}

/** An empty report for reading by `plan`. */
export function reportOf(plan: CataloguePlan, options: CatalogueOptions = {}): ReportWriter {
  return createReport(plan.source.file, plan.source.lineKind, options.knobs)
}

/** Further fields of a catalogue are not looked at, and ignored. */
const MOST_FIELDS = 20_000

async function lookThrough(
  source: RowSource,
  { knobs, signal }: CatalogueOptions,
): Promise<{ statistics: Map<string, FieldStatistics>; rows: number }> {
  const sampled = readKnob(SAMPLED_PRODUCTS, knobs)
  const statistics = new Map<string, FieldStatistics>()
  let seen = 0
  let rows = 0
  for await (const batch of source.batches(signal)) {
    for (const row of batch) {
      if (isFault(row) || (seen++ >= sampled && seen % 16 !== 0)) continue
      rows++
      for (const [name, leaf] of flatten(row.values)) {
        const field = statistics.get(name) ?? emptyStatistics(name)
        if (field.rows === 0 && statistics.size < MOST_FIELDS) statistics.set(name, field)
        addValue(field, leaf)
      }
    }
  }
  return { statistics, rows }
}

function idOf(
  settings: RoleSettings,
  statistics: readonly FieldStatistics[],
  rows: number,
  file: string,
): { readonly field: string; readonly reason: string } {
  if (settings.id !== undefined) return { field: settings.id, reason: 'set' }
  const id = chooseId(statistics, rows)
  if (id !== undefined) return id
  const names = statistics.slice(0, 12).map(({ name }) => name)
  throw new StorewrightError(
    'ERR_FEED_BAD_HEADER',
    `${file} has no field that tells products apart`,
    {
      file,
      next: `Set id = "FIELD" in the file of roles; the fields are ${names.join(', ')} …`,
    },
  )
}

function requireFields(
  { id, roles = {}, weights = {} }: RoleSettings,
  statistics: ReadonlyMap<string, FieldStatistics>,
  file: string,
): void {
  const known = [...statistics.keys(), COMBINED_FIELD]
  const set = [id ?? [], ...Object.values(roles), Object.keys(weights)].flat()
  for (const name of set) {
    if (known.includes(name)) continue
    throw new StorewrightError('ERR_SETTINGS', `${file} has no field ${name}`, {
      file,
      column: name,
      next: `Did you mean ${nearest(name, known)}?`,
    })
  }
}

function withSettings(choices: readonly RoleChoice[], { roles = {} }: RoleSettings): RoleChoice[] {
  const set = new Map<string, FieldRole>()
  for (const [role, names] of Object.entries(roles)) {
    for (const name of names) set.set(name, role as FieldRole)
  }
  const hasTitle = roles.title !== undefined
  return choices.map((choice) => {
    const role = set.get(choice.field)
    if (role !== undefined) return { ...choice, role, reason: 'set', kept: 'alone' }
    // Another title was set: the inferred one is a text like others.
    if (hasTitle && choice.role === 'title') return { ...choice, role: 'text' }
    return choice
  })
}

function fieldsOf(choices: readonly RoleChoice[], { weights = {} }: RoleSettings): Field[] {
  const weightOf = (name: string) => {
    const weight = weights[name]
    return weight === undefined ? {} : { weight }
  }
  const own = choices
    .filter(({ role, kept }) => role !== 'ignored' && kept !== 'combined')
    .map(({ field, role, kept }): Field => {
      const words = kept === 'both' && role === 'attribute' ? { words: false } : {}
      return { name: field, role, ...words, ...weightOf(field) }
    })
  if (choices.every(({ kept }) => kept === 'alone')) return own
  return [...own, { name: COMBINED_FIELD, role: 'text', ...weightOf(COMBINED_FIELD) }]
}

const ID_LIMIT = 512

interface Pending {
  readonly id: string
  readonly line: number
  readonly leaves: Map<string, Leaf>
}

/** Turns rows into products, one behind: a row without a title may continue the one before. */
function createProductReader(plan: CataloguePlan, report: ReportWriter) {
  const shaping: Shaping = {
    choices: new Map(plan.choices.map((choice) => [choice.field, choice])),
    isText: plan.source.isText,
  }
  const titles = plan.choices.filter(({ role }) => role === 'title').map(({ field }) => field)
  const ids = new Set<string>()
  let pending: Pending | undefined
  const flush = (): Product[] => {
    if (pending === undefined) return []
    const { id, line, leaves } = pending
    pending = undefined
    if (ids.has(id)) report.repair('duplicate', { line, value: id })
    else report.products++
    ids.add(id)
    const values = shapeValues(leaves, shaping, line, report)
    if (!titles.some((field) => values[field] !== undefined)) {
      report.repair('untitled', { line, value: id })
    }
    return [{ id, values }]
  }
  return {
    push(row: RawRow | RowFault): Product[] {
      report.rows++
      if (isFault(row)) {
        report.fault(row)
        return []
      }
      const leaves = flatten(row.values)
      const id = idText(leaves.get(plan.idField))
      if (id === undefined || id.length > ID_LIMIT) {
        const fault = id === undefined ? 'a product without an id' : 'an id of over 512 letters'
        report.fault({ line: row.line, field: plan.idField, fault })
        return []
      }
      leaves.delete(plan.idField)
      if (pending?.id === id && !titles.some((field) => leaves.has(field))) {
        join(pending.leaves, leaves)
        report.repair('continued', { line: row.line, value: id })
        return []
      }
      const before = flush()
      pending = { id, line: row.line, leaves }
      return before
    },
    end: flush,
  }
}

/** The id as a text, whatever it was; leading zeros stay. */
function idText(leaf: Leaf | undefined): string | undefined {
  if (leaf === undefined || typeof leaf === 'boolean' || typeof leaf === 'object') return undefined
  return String(leaf).trim()
}

/** Adds the values of a row to those of the one that it continues. */
function join(into: Map<string, Leaf>, leaves: ReadonlyMap<string, Leaf>): void {
  for (const [field, leaf] of leaves) {
    const before = into.get(field)
    if (before === undefined) into.set(field, leaf)
    else if (before !== leaf) {
      into.set(field, [...new Set([before, leaf].flat())] as readonly (string | number | boolean)[])
    }
  }
}
