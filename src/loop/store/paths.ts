import { join, resolve } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { isThere } from '../../core/files.ts'

/** Where the parts of a store folder lie. */
export interface StorePaths {
  readonly folder: string
  readonly database: string
  readonly ledger: string
  readonly models: string
  /** Route sets, one file a version. */
  readonly routes: string
  /** Live stock and orders: ledgers, snapshots, webhooks. */
  readonly fulfilment: string
  readonly settings: string
  /** What a demo store was made of; other stores have no such file. */
  readonly demo: string
}

export function storePaths(folder: string): StorePaths {
  const root = resolve(folder)
  return {
    folder: root,
    database: join(root, 'store.duckdb'),
    ledger: join(root, 'ledger'),
    models: join(root, 'models'),
    routes: join(root, 'routes'),
    fulfilment: join(root, 'fulfilment'),
    settings: join(root, 'storewright.toml'),
    demo: join(root, 'demo.json'),
  }
}

/** The paths of an existing store; throws ERR_STORE_NOT_FOUND with the command that makes one, ERR_STORE_DENIED. */
export function requireStore(folder: string): StorePaths {
  const paths = storePaths(folder)
  if (!isThere(paths.settings) || !isThere(paths.database)) {
    throw new StorewrightError('ERR_STORE_NOT_FOUND', `${folder} is no store`, {
      file: folder,
      next: `Make one: storewright init ${folder}`,
    })
  }
  return paths
}
