import type { TableChange } from '../types.ts'

/** What a statement does beyond answering. */
export type Effect =
  | { readonly kind: 'reads' }
  /** Rows or shape of these tables change. */
  | {
      readonly kind: 'changes'
      readonly tables: readonly string[]
      readonly how: TableChange
    }
  | { readonly kind: 'begins' }
  | { readonly kind: 'ends'; readonly isUndone: boolean }
  /** Nobody can say from its text: any table may change. */
  | { readonly kind: 'unknown' }

const NAME =
  '((?:[A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*|"(?:[^"]|"")*")(?:\\.(?:[\\w$\\u0080-\\uffff]+|"(?:[^"]|"")*"))*)'
const pattern = (text: string) => new RegExp(`^${text.replaceAll('NAME', NAME)}`, 'i')

const READS =
  /^(\(|SELECT|FROM|VALUES|DESCRIBE|DESC|SHOW|SUMMARIZE|PIVOT|UNPIVOT|TABLE|CHECKPOINT|ANALYZE|VACUUM|LOAD|INSTALL|PREPARE|DEALLOCATE|EXPORT|COMMENT ON|SET VARIABLE|RESET VARIABLE)\b/i
/** Pragmas that only tell. */
const TELLS =
  /^PRAGMA (table_info|storage_info|show|show_\w+|database_list|database_size|version|platform|functions|collations|metadata_info|user_agent)\b/i
const READS_BEYOND_WORDS = /^\(/
const CHANGES =
  /\b(INSERT|UPDATE|DELETE|MERGE|CREATE|DROP|ALTER|COPY|TRUNCATE|CALL|EXECUTE|ATTACH|DETACH|SET|USE)\b/i
/** Some run what they explain. */
const EXPLAINS = /^EXPLAIN( ANALYZE| ANALYSE)?( ?\([^)]*\))? ?/i
const BEGINS = /^(BEGIN|START TRANSACTION)\b/i
const ENDS = /^(COMMIT|END|ROLLBACK|ABORT)\b/i
const UNDOES = /^(ROLLBACK|ABORT)\b/i
/** Settings that change how fast a statement is answered and never what. */
const HARMLESS =
  /^(SET|RESET|PRAGMA)( (GLOBAL|SESSION|LOCAL))? "?(threads|worker_threads|external_threads|memory_limit|max_memory|temp_directory|max_temp_directory_size|disabled_optimizers|\w*profil\w*|\w*progress\w*|explain_output|allocator_\w+|checkpoint_threshold|wal_autocheckpoint|preserve_insertion_order|\w+_join_threshold|prefer_range_joins|perfect_ht_threshold|dynamic_or_filter_threshold|enable_object_cache|parquet_metadata_cache|prefetch_all_parquet_files|enable_external_file_cache|enable_caching_operators|enable_fsst_vectors|index_scan_max_count|scheduler_process_partial)\b/i
const APPENDS = pattern('INSERT INTO NAME')
const UPSERTS = /\bON CONFLICT\b/i
const HARMLESS_CREATE = /^CREATE( OR REPLACE)?( UNIQUE)? (INDEX|SEQUENCE|SCHEMA|TYPE|SECRET)\b/i
const CREATES = pattern(
  'CREATE(?: OR REPLACE)?(?: (?:LOCAL|GLOBAL))?(?: (?:TEMP|TEMPORARY))?(?: RECURSIVE)? (?:TABLE|VIEW)(?: IF NOT EXISTS)? NAME',
)
const ROW_CHANGES = [
  pattern('INSERT OR (?:REPLACE|IGNORE) INTO NAME'),
  pattern('UPDATE(?: ONLY)? NAME'),
  pattern('DELETE FROM(?: ONLY)? NAME'),
  pattern('TRUNCATE(?: TABLE)? NAME'),
  pattern('MERGE INTO NAME'),
]
const SHAPE_CHANGES = [
  pattern('ALTER (?:TABLE|VIEW)(?: IF EXISTS)? NAME'),
  pattern('DROP (?:TABLE|VIEW)(?: IF EXISTS)? NAME'),
  CREATES,
]
const RENAMES = new RegExp(`\\bRENAME TO ${NAME}$`, 'i')
const COPY = pattern('COPY NAME(?: ?\\([^)]*\\))? (FROM|TO)\\b')

/**
 * What the statements of a template do, in order (words with one space between, no comments). Errs on
 * the side of change: what it does not know changes anything.
 */
export function effectsOf(template: string): readonly Effect[] {
  return template.split(';').map((part) => effectOf(part.trim()))
}

/** Whether a statement that begins with WITH surely only reads: no word in it changes anything. */
export function isPlainWith(template: string): boolean {
  return /^WITH\b/i.test(template) && !CHANGES.test(template) && !template.includes(';')
}

function effectOf(template: string): Effect {
  if (template === '' || isPlainWith(template)) return { kind: 'reads' }
  if (EXPLAINS.test(template)) return effectOfExplained(effectOf(template.replace(EXPLAINS, '')))
  if (READS.test(template) || READS_BEYOND_WORDS.test(template) || TELLS.test(template))
    return { kind: 'reads' }
  if (BEGINS.test(template)) return { kind: 'begins' }
  if (ENDS.test(template)) return { kind: 'ends', isUndone: UNDOES.test(template) }
  if (HARMLESS.test(template) || HARMLESS_CREATE.test(template)) return { kind: 'reads' }
  const appended = APPENDS.exec(template)
  if (appended !== null) {
    return changes([appended[1]!], UPSERTS.test(template) ? 'rows' : 'append')
  }
  return changeOf(template) ?? copyEffect(template)
}

function effectOfExplained(effect: Effect): Effect {
  return effect.kind === 'reads' || effect.kind === 'changes' ? effect : { kind: 'unknown' }
}

function changeOf(template: string): Effect | undefined {
  const named = (forms: readonly RegExp[]) =>
    forms.map((form) => form.exec(template)?.[1]).find((name) => name !== undefined)
  const ofRows = named(ROW_CHANGES)
  if (ofRows !== undefined) return changes([ofRows], 'rows')
  const ofShape = named(SHAPE_CHANGES)
  if (ofShape === undefined) return undefined
  const renamed = RENAMES.exec(template)?.[1]
  return changes(renamed === undefined ? [ofShape] : [ofShape, renamed], 'other')
}

function copyEffect(template: string): Effect {
  const copied = COPY.exec(template)
  if (copied !== null) {
    return copied[2]!.toUpperCase() === 'FROM' ? changes([copied[1]!], 'append') : { kind: 'reads' }
  }
  return /^COPY ?\( ?SELECT\b/i.test(template) ? { kind: 'reads' } : { kind: 'unknown' }
}

/** Names as they are known: without quotes, and once more without their schema. */
function changes(names: readonly string[], how: TableChange): Effect {
  const tables = names.flatMap((name) => {
    const parts = (name.match(/"(?:[^"]|"")*"|[^."]+/g) ?? []).map((part) =>
      part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
    )
    return parts.length > 1 ? [parts.join('.'), parts.at(-1)!] : parts
  })
  return { kind: 'changes', tables, how }
}
