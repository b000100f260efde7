import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Database } from '../../core/sql/database.ts'
import { ALL_TABLES } from '../tables/all.ts'

/** A folder for a test, and how to fill and remove it. */
export interface TestFolder {
  readonly path: string
  /** Writes files, by name relative to the folder; returns the path of the first one's folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): string
  /** A new empty folder inside. */
  fresh(): TestFolder
  remove(): void
}

export function testFolder(parent = join(tmpdir(), 'storewright-test-')): TestFolder {
  const path = mkdtempSync(parent)
  return {
    path,
    write(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        writeFileSync(join(path, name), content)
      }
      return path
    },
    fresh: () => testFolder(join(path, 'feed-')),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** A number that changes with any value of any row of any table of the store. */
export async function storeHash(db: Database): Promise<string> {
  const parts = ALL_TABLES.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*) AS n, CAST(coalesce(sum(hash(t)), 0) AS VARCHAR) AS h FROM main.${name} t`,
  )
  return JSON.stringify(await db.rows(`${parts.join(' UNION ALL ')} ORDER BY name`))
}

/** Temporary tables that are left. */
export async function leftovers(db: Database): Promise<number> {
  const [row] = await db.rows<{ n: number }>(
    'SELECT count(*) AS n FROM duckdb_tables() WHERE temporary',
  )
  return row!.n
}

/** A small sound feed. */
export const SOUND_FEED: Readonly<Record<string, string>> = {
  'products.csv': `product_id,title,price_cents,description
A,"Mug, blue",1295,"Stoneware.
Safe in the dishwasher, ""mostly""."
B,Plate,,
C,Fork,250,
`,
  'sales.csv': `ds,product_id,units,revenue_cents,in_stock
2011-01-03,A,2,2590,true
2011-01-03,B,1.5,,
2011-01-04,A,1,1295,false
`,
  'orders.csv': `order_id,ordered_at,country
1,2011-01-03T09:00:00Z,Portugal
2,2011-01-04 10:30,
`,
  'order_lines.csv': `order_id,line_number,product_id,quantity,unit_price_cents
1,1,A,2,1295
1,2,B,1,900
2,1,A,1,1295
`,
}

/** A small sound panel. */
export const SOUND_PANEL: Readonly<Record<string, string>> = {
  'panel.csv': `unique_id,ds,y,temperature,holiday
A,2011-01-03,2,21.5,0
A,2011-01-04 00:00:00,0.5,,1
B,2011-01-03,7,20,0
B,2011-01-05,,19,0
`,
}

/** Small sound invoices: at least one line for each rule of the adapter. */
export const SOUND_INVOICES: Readonly<Record<string, string>> = {
  'invoices.csv': `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,85123a,,4,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850.0,United Kingdom
536366,71053,WHITE LANTERN,10,2010-12-01 09:00:00,3.39,17850.0,United Kingdom
536367,71053,WHITE LANTERN,3,2010-12-01 09:30:00,3.39,17850.0,United Kingdom
C536370,71053,WHITE LANTERN,-3,2010-12-01 10:00:00,3.39,17850.0,United Kingdom
C536371,71053,WHITE LANTERN,-4,2010-12-02 10:00:00,3.39,17850.0,United Kingdom
C536372,71053,WHITE LANTERN,-40,2010-12-02 10:01:00,3.39,17850.0,United Kingdom
C536373,85123A,WHITE HEART,-1,2010-12-02 10:02:00,2.55,,France
536374,71053,damaged,-7,2010-12-02 11:00:00,0,,United Kingdom
536375,71053,found,2,2010-12-02 11:01:00,0,,United Kingdom
536376,22222,GONE,1,2010-12-02 11:02:00,1.25,15000.0,France
C536377,22222,GONE,-1,2010-12-02 11:03:00,1.25,15000.0,France
536378,D,Discount,-1,2010-12-02 11:04:00,-5.00,15000.0,France
536379,85123A,white heart,1,2010-12-03 12:00:00,2.95,,France
`,
}

/** A small sound inventory file of Shopify: a variant, one below nothing, one without a SKU. */
export const SOUND_SHOPIFY_INVENTORY: Readonly<Record<string, string>> = {
  'inventory.csv': `Handle,Title,Option1 Name,Option1 Value,SKU,Location,Incoming (not editable),Unavailable (not editable),Committed (not editable),Available (not editable),On hand (current),On hand (new)
blue-mug,Blue mug,Size,11 oz,MUG-BLUE-11,Reno,40,2,3,15,20,
blue-mug,Blue mug,Size,15 oz,MUG-BLUE-15,Reno,0,0,0,-1,-1,
blue-mug,Blue mug,Size,11 oz,MUG-BLUE-11,"Tulsa, OK",0,0,0,7,7,
blue-mug,Blue mug,Size,15 oz,MUG-BLUE-15,"Tulsa, OK",not stocked,not stocked,not stocked,not stocked,not stocked,
plate,,Title,Default Title,,Reno,not stocked,not stocked,not stocked,not stocked,not stocked,
plate,,Title,Default Title,,"Tulsa, OK",0,0,0,5,5,
`,
}
