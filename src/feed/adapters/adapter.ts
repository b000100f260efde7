import type { KnobSettings } from '../../core/knobs.ts'
import type { OnProgress } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import type { FaultList } from '../check/faults.ts'
import type { TypedRows } from '../check/typed-rows.ts'
import type { TableDeclaration } from '../declare/table.ts'
import type { NonProductRule } from './invoices/rules.ts'

/** What an adapter did with the rows it was given: a rule, and how much fell under it. */
export interface FeedNote {
  /** The rule as a sentence: what was found and what was done with it. */
  readonly rule: string
  readonly count: number
  readonly units?: number
  readonly valueCents?: number
  /** Examples or a list, for people. */
  readonly detail?: string
}

/** What a person may change about an adapter. */
export interface AdapterSettings {
  /** invoices: which stock codes are no products; default NON_PRODUCT_RULES. */
  readonly nonProducts?: readonly NonProductRule[]
}

export interface AdapterContext {
  readonly db: Database
  /** Checked rows of the files, by the name of the input table. */
  readonly inputs: ReadonlyMap<string, TypedRows>
  /** When the file of an input table was last written, epoch ms. */
  modifiedAt(table: string): number
  /** IANA zone of local times and days. */
  readonly timeZone: string
  readonly settings: AdapterSettings
  readonly knobs: KnobSettings
  readonly faults: FaultList
  note(note: FeedNote): void
  readonly onProgress: OnProgress
  readonly signal?: AbortSignal | undefined
}

/** Translates what people have into the tables of the feed. */
export interface Adapter {
  readonly name: string
  /** One sentence for --help. */
  readonly description: string
  /** True when a feed is one file, whatever its name. */
  readonly singleFile: boolean
  /** The table that a file should be, by its name without endings and its header. */
  inputOf(stem: string, header: readonly string[]): TableDeclaration | undefined
  /** Names that inputOf knows, for suggestions. */
  readonly inputNames: readonly string[]
  /**
   * Makes rows of feed tables from the inputs. Called only when the inputs are free of faults; may
   * find more. The rows it returns are checked again for keys and references.
   */
  translate(context: AdapterContext): Promise<TypedRows[]>
}
