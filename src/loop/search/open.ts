import { join } from 'node:path'
import type { Database } from '../../core/sql/database.ts'
import { learning, type Product, type vectors } from '../../search/index.ts'
import type { Settings } from '../store/settings.ts'
import { currentVersion, hashTables } from '../versions.ts'
import { openPolicy } from './policy-file.ts'
import { readSearchProducts, STORE_FIELDS } from './products.ts'
import { type SearchNote, searchFolder } from './step.ts'

/** The models in force, ready to serve. */
export interface OpenedSearch {
  /** 0 before any were trained. */
  readonly version: number
  readonly models: learning.SearchModels
  readonly policy: ReturnType<typeof openPolicy>
  readonly note: SearchNote | undefined
}

/**
 * Opens the models of the version in force; where none was trained, indexes the products. Products
 * that changed since are brought up to date in the index. `queries`: the sentence model that the
 * settings name. Throws ERR_STORE_DAMAGED.
 */
export async function openStoreSearch(
  folder: string,
  db: Database,
  settings: Settings,
  now: number,
  queries?: vectors.SentenceQueries,
): Promise<OpenedSearch> {
  const root = searchFolder(folder)
  const current = await currentVersion(db, 'search')
  const policy = openPolicy(root, current?.version, settings.knobs)
  if (current === undefined) {
    const products = await readSearchProducts(db)
    const { languages, synonyms } = settings.search
    const models = learning.untrainedSearch({
      fields: STORE_FIELDS,
      products,
      languages,
      ...(synonyms === undefined ? {} : { synonyms }),
      settings: settings.knobs,
      now,
    })
    return { version: 0, models, policy, note: undefined }
  }
  const models = await learning.openModels(
    join(root, String(current.version)),
    settings.knobs,
    queries,
  )
  // Written by searchStep.
  const note = JSON.parse(current.note) as SearchNote
  if (note.products !== (await hashTables(db, ['products', 'sales']))) {
    updateProducts(models, await readSearchProducts(db), now)
  }
  return { version: current.version, models, policy, note }
}

/** Adds, replaces and removes what differs between the index and the products of today. */
function updateProducts(
  { index, seen }: learning.SearchModels,
  products: readonly Product[],
  now: number,
): void {
  const there = new Set(products.map(({ id }) => id))
  const gone: string[] = []
  for (let doc = 0; doc < index.capacity; doc++) {
    const id = index.idOf(doc)
    if (id !== undefined && !there.has(id)) gone.push(id)
  }
  const changed = products.filter(({ id, values }) => {
    const known = index.productOf(index.docOf(id))
    return known === undefined || !sameValues(known.values, values)
  })
  index.remove(gone)
  index.add(changed)
  seen.saw(
    changed.map(({ id }) => id),
    now,
  )
}

function sameValues(a: Product['values'], b: Product['values']): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]))
}
