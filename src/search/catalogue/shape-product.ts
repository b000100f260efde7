import { readableName } from './field-names.ts'
import { asList, type Leaf } from './flatten.ts'
import type { RoleChoice } from './infer-roles.ts'
import { parseDate, parseNumber } from './numbers.ts'
import { plainText } from './plain-text.ts'
import type { FieldRole, FieldValue } from './product.ts'
import type { ReportWriter } from './report.ts'

/** Longer texts are cut: nobody reads them, and they would fill the index. */
const TEXT_LIMIT = 20_000
/** Name of the field that sparse attributes are combined in. */
export const COMBINED_FIELD = 'attributes'

const NUMERIC: ReadonlySet<FieldRole> = new Set(['number', 'price', 'popularity', 'rating'])

/** What shaping needs to know beside the row. */
export interface Shaping {
  readonly choices: ReadonlyMap<string, RoleChoice>
  /** Numbers as texts are no repair where the format knows nothing but texts. */
  readonly isText: boolean
}

/** The values of a product by field, as their roles ask; what is not usable is left out and told. */
export function shapeValues(
  leaves: ReadonlyMap<string, Leaf>,
  { choices, isText }: Shaping,
  line: number,
  report: ReportWriter,
): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {}
  const combined: string[] = []
  for (const [field, leaf] of leaves) {
    const choice = choices.get(field)
    if (choice === undefined || choice.role === 'ignored') continue
    if (choice.kept !== 'alone') combined.push(...named(choice, leaf))
    if (choice.kept === 'combined') continue
    const value = valueFrom(leaf, choice, line, report, isText)
    if (value !== undefined) values[field] = value
  }
  if (combined.length > 0) values[COMBINED_FIELD] = combined
  return values
}

function valueFrom(
  leaf: Leaf,
  choice: RoleChoice,
  line: number,
  report: ReportWriter,
  isText: boolean,
): FieldValue | undefined {
  if (choice.role === 'date') return dateOf(leaf, choice, line, report)
  if (NUMERIC.has(choice.role)) return numberOf(leaf, choice.field, line, report, isText)
  const texts = textsOf(leaf, choice, line, report)
  return texts.length > 1 ? texts : texts[0]
}

function numberOf(
  leaf: Leaf,
  field: string,
  line: number,
  report: ReportWriter,
  isText: boolean,
): number | undefined {
  const value = asList(leaf)[0]
  if (typeof value === 'number') return value
  const number = typeof value === 'string' ? parseNumber(value) : Number.NaN
  const place = { line, field, value: String(value) }
  if (!Number.isFinite(number)) {
    report.repair('noNumber', place)
    return undefined
  }
  if (!isText) report.repair('textNumber', place)
  return number
}

function dateOf(
  leaf: Leaf,
  { field, dates }: RoleChoice,
  line: number,
  report: ReportWriter,
): number | undefined {
  const value = asList(leaf)[0]!
  const number = typeof value === 'number' ? value : parseNumber(String(value))
  let at = Number.isNaN(number) ? parseDate(String(value)) : number
  if (dates === 'seconds') at = number * 1000
  // Years before 100 would be taken as of the twentieth century; none are sold.
  if (dates === 'year')
    at = Number.isInteger(number) && number >= 100 ? yearStart(number) : Number.NaN
  if (Number.isFinite(at)) return at
  report.repair('noDate', { line, field, value: String(value) })
  return undefined
}

function yearStart(year: number): number {
  return year <= 9999 ? Date.UTC(year, 0, 1) : Number.NaN
}

function textsOf(
  leaf: Leaf,
  { field, split, flag }: RoleChoice,
  line: number,
  report: ReportWriter,
): readonly string[] {
  const texts = new Set<string>()
  for (const value of asList(leaf)) {
    const text = flag ? flagText(value) : String(value)
    for (const part of split === undefined ? [text] : text.split(split)) {
      const plain = plainText(part.slice(0, TEXT_LIMIT))
      if (part.includes('\ufffd')) report.repair('undecoded', { line, field, value: part })
      if (part.length > TEXT_LIMIT) report.repair('cut', { line, field })
      if (plain !== '') texts.add(plain)
    }
  }
  return [...texts]
}

function flagText(value: string | number | boolean): string {
  const text = String(value).toLowerCase()
  return text === 'true' ? 'yes' : text === 'false' ? 'no' : text
}

/** "name: value" for each value; the bare name where it is yes, nothing where it is no. */
function named({ field, flag }: RoleChoice, leaf: Leaf): string[] {
  const name = readableName(field)
  return asList(leaf).flatMap((value) => {
    if (!flag) return [`${name}: ${plainText(String(value).slice(0, TEXT_LIMIT))}`]
    return flagText(value) === 'yes' ? [name] : []
  })
}
