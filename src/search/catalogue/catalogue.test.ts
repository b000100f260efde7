import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createCsvSplitter, dialectOf } from '../../core/csv-records.ts'
import { openDatabase, quoteText } from '../../core/sql/database.ts'
import { numberColumn, textColumn } from '../../core/table.ts'
import { createStoreTables, writeTables } from '../../feed/index.ts'
import { plainText } from './plain-text.ts'
import { type CatalogueOptions, planCatalogue, readCatalogue } from './read-catalogue.ts'
import { checkRoleSettings, readRoleSettings } from './role-settings.ts'
import { formatRoles } from './roles-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-catalogue-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const jsonLines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n')

async function rolesOf(path: string, options: CatalogueOptions = {}) {
  const { idField, choices } = await planCatalogue(path, options)
  return { id: idField, ...Object.fromEntries(choices.map(({ field, role }) => [field, role])) }
}

const MUGS = Array.from({ length: 60 }, (_, i) => ({
  sku: String(i).padStart(5, '0'),
  name: `${['Blue', 'Red', 'Green'][i % 3]} mug number ${i}`,
  maker: ['Hearth & Co', 'Norwick'][i % 2],
  category: ['Kitchen > Mugs', 'Kitchen > Cups > Large'][i % 2],
  colours: i % 2 === 0 ? ['blue', 'white'] : ['red'],
  price: 5 + i / 4,
  votes: i * 7,
  rating: 1 + (i % 5),
  year: 1990 + (i % 20),
  dishwasher_safe: i % 2 === 0,
  image_url: `https://example.org/${i}.jpg`,
}))

describe('readCatalogue', () => {
  it('infers roles of JSON lines and keeps leading zeros of ids', async () => {
    const path = write('mugs.jsonl.gz', gzipSync(jsonLines(MUGS)))
    expect(await rolesOf(path)).toEqual({
      id: 'sku',
      name: 'title',
      maker: 'brand',
      category: 'category',
      colours: 'attribute',
      price: 'price',
      votes: 'popularity',
      rating: 'rating',
      year: 'date',
      dishwasher_safe: 'attribute',
      image_url: 'ignored',
    })
    const { products, fields, report } = await readCatalogue(path)
    expect(report).toMatchObject({ rows: 60, products: 60, repairs: [], faultCount: 0 })
    expect(products[7]).toEqual({
      id: '00007',
      values: {
        name: 'Red mug number 7',
        maker: 'Norwick',
        category: 'Kitchen > Cups > Large',
        colours: 'red',
        price: 6.75,
        votes: 49,
        rating: 3,
        year: Date.UTC(1997, 0, 1),
        dishwasher_safe: 'no',
      },
    })
    expect(fields.map(({ name }) => name)).not.toContain('image_url')
  })

  it('reads the same from CSV, TSV and Parquet', async () => {
    const rows = MUGS.map(({ colours, ...row }) => row)
    const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`
    const table = (by: string) =>
      [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row).map(cell))]
        .map((cells) => cells.join(by))
        .join('\r\n')
    const csv = write('mugs.csv', `\ufeff${table(',')}`)
    const tsv = write('mugs.tsv.gz', gzipSync(table('\t')))
    const json = write('plain.jsonl', jsonLines(rows))
    const parquet = join(folder, 'mugs.parquet')
    const db = await openDatabase(':memory:')
    await db.run(
      `COPY (SELECT * FROM read_json(${quoteText(json)})) TO ${quoteText(parquet)} (FORMAT parquet)`,
    )
    db.close()
    const { products, report } = await readCatalogue(json)
    for (const path of [csv, tsv, parquet]) {
      const read = await readCatalogue(path)
      expect(read.products).toEqual(products)
      expect(read.report.repairs).toEqual(report.repairs)
    }
  })

  it('reads the products of a store', async () => {
    const store = mkdtempSync(join(folder, 'store-'))
    const db = await openDatabase(join(store, 'store.duckdb'))
    await createStoreTables(db)
    await writeTables(db, {
      products: {
        rowCount: 2,
        columns: {
          product_id: textColumn(['007', '008']),
          title: textColumn(['Blue mug', 'Red mug']),
          category: textColumn(['Kitchen > Mugs', 'Kitchen > Mugs']),
          brand: textColumn(['Hearth', undefined]),
          price_cents: numberColumn([1295, 1395]),
          unit_cost_cents: numberColumn([640, 700]),
          launched_on: numberColumn([20_000, undefined]),
        },
      },
    })
    db.close()
    const { products, idField } = await readCatalogue(store)
    expect(idField).toBe('product_id')
    expect(products).toEqual([
      {
        id: '007',
        values: {
          title: 'Blue mug',
          category: 'Kitchen > Mugs',
          brand: 'Hearth',
          price_cents: 1295,
          launched_on: 20_000 * 86_400_000,
        },
      },
      { id: '008', values: { title: 'Red mug', category: 'Kitchen > Mugs', price_cents: 1395 } },
    ])
  })

  it('names file and line of rows that are no products, or skips them', async () => {
    const path = write(
      'bad.jsonl',
      '{"id":"1","title":"Mug one"}\n{"id":"2","title":\n\n{"title":"No id"}\n[1]\n{"id":"3","title":"Mug three"}',
    )
    await expect(readCatalogue(path)).rejects.toMatchObject({
      code: 'ERR_FEED_FAULTS',
      place: { file: 'bad.jsonl', line: 2 },
      message: expect.stringMatching(
        /3 of 5 rows[\s\S]*line 4, id: a product without an id[\s\S]*line 5/,
      ),
    })
    const { products, report } = await readCatalogue(path, { onFault: 'skip' })
    expect(products.map(({ id }) => id)).toEqual(['1', '3'])
    expect(report.faultCount).toBe(3)
  })

  it('states repairs: duplicates, missing titles, numbers as texts, what is no number', async () => {
    const path = write(
      'repairs.jsonl',
      jsonLines([
        ...MUGS.map(({ sku, name, price }) => ({ sku, name, price })),
        { sku: '00003', name: 'The last one', price: '7.50' },
        { sku: '99999', price: 'ask us' },
        { sku: '99998', name: 'Unpriced', price: null },
      ]),
    )
    const { products, report } = await readCatalogue(path)
    const byId = new Map(products.map((product) => [product.id, product.values]))
    expect(byId.get('00003')).toEqual({ name: 'The last one', price: 7.5 })
    expect(byId.get('99999')).toEqual({})
    expect(byId.get('99998')).toEqual({ name: 'Unpriced' })
    expect(report.repairs).toEqual([
      { kind: 'duplicate', count: 1, first: { line: 61, value: '00003' } },
      { kind: 'textNumber', count: 1, first: { line: 61, field: 'price', value: '7.50' } },
      { kind: 'noNumber', count: 1, first: { line: 62, field: 'price', value: 'ask us' } },
      { kind: 'untitled', count: 1, first: { line: 62, value: '99999' } },
    ])
  })

  it('joins the variant rows of a Shopify export', async () => {
    const path = write(
      'shopify.csv',
      [
        'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src',
        'mug,Blue Mug,"<p>Stone&amp;ware mug, <b>safe</b></p>",Hearth,Mugs,"gift, kitchen",Size,Small,M-1,12.50,https://x.org/1.jpg',
        'mug,,,,,,,Large,M-2,14.50,',
        'mug,,,,,,,,,,https://x.org/2.jpg',
        'cup,Red Cup,"<p>A cup of glass for cold drinks and hot tea</p>",Norwick,Cups,kitchen,Size,Small,C-1,9.50,https://x.org/3.jpg',
        'pot,Tea Pot,"<p>A pot of steel for strong black tea at noon</p>",Norwick,Pots,kitchen,Size,Small,P-1,39.50,https://x.org/4.jpg',
      ].join('\n'),
    )
    const { products, choices, idField } = await readCatalogue(path)
    expect(idField).toBe('Handle')
    const roles = Object.fromEntries(choices.map(({ field, role }) => [field, role]))
    expect(roles).toMatchObject({
      Title: 'title',
      Vendor: 'brand',
      'Variant Price': 'price',
      'Image Src': 'ignored',
    })
    expect(products).toHaveLength(3)
    expect(products[0]!.values).toMatchObject({
      Title: 'Blue Mug',
      'Body (HTML)': 'Stone&ware mug, safe',
      'Option1 Value': ['Small', 'Large'],
      'Variant Price': 12.5,
      Tags: ['gift', 'kitchen'],
    })
  })

  it('knows the columns of a Google Merchant feed', async () => {
    const header =
      'id\ttitle\tdescription\tlink\timage_link\tavailability\tsale_price\tprice\tbrand\tgtin\tmpn\titem_group_id\tgoogle_product_category\tproduct_type\tcondition\tshipping_weight\tcost_of_goods_sold'
    const rows = Array.from({ length: 120 }, (_, i) =>
      [
        String(i).padStart(6, '0'),
        `Norwick mug number ${i}`,
        `A mug of stoneware for hot drinks, safe in the dishwasher, number ${i} of many.`,
        `https://example.org/p/${i}`,
        `https://example.org/i/${i}.jpg`,
        ['in stock', 'out of stock'][i % 2],
        i % 3 === 0 ? `${8 + (i % 30)}.49 USD` : '',
        `${10 + (i % 30)}.99 USD`,
        ['Norwick', 'Hal Forge'][i % 2],
        String(4_000_000_000_000 + i * 7),
        `MPN-${i}`,
        `group-${i % 40}`,
        'Home & Garden > Kitchen & Dining > Mugs',
        ['Kitchen > Mugs', 'Kitchen > Cups'][i % 2],
        ['new', 'used'][i % 2],
        `0.${i % 9} kg`,
        `${5 + (i % 7)}.00 USD`,
      ].join('\t'),
    )
    const path = write('merchant.tsv', [header, ...rows].join('\n'))
    expect(await rolesOf(path)).toEqual({
      id: 'id',
      title: 'title',
      description: 'text',
      link: 'ignored',
      image_link: 'ignored',
      availability: 'attribute',
      price: 'price',
      sale_price: 'number',
      brand: 'brand',
      gtin: 'ignored',
      mpn: 'text',
      item_group_id: 'ignored',
      google_product_category: 'ignored',
      product_type: 'category',
      condition: 'attribute',
      shipping_weight: 'attribute',
      cost_of_goods_sold: 'ignored',
    })
    const { products } = await readCatalogue(path)
    expect(products[3]).toMatchObject({ id: '000003', values: { price: 13.99, sale_price: 11.49 } })
  })

  it('combines many sparse attributes, each with its name', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      id: `p${i}`,
      title: `Thing ${i} of many`,
      colour: ['red', 'blue'][i % 2],
      [`attr_t_special_${i % 40}`]: ['yes it has', 'rather not'][i % 2],
      [`attr_b_flag_${i % 40}`]: i % 80 < 40,
    }))
    const { fields, products } = await readCatalogue(write('sparse.jsonl', jsonLines(rows)), {
      knobs: { 'search.maximum-fields': 8 },
    })
    expect(fields).toContainEqual({ name: 'attributes', role: 'text' })
    expect(fields.length).toBeLessThan(12)
    expect(products[41]!.values['attributes']).toContain('special 1: rather not')
    expect(products[1]!.values['attributes']).toContain('flag 1')
    expect(products[41]!.values['attributes']).not.toContain('flag 1')
  })

  it('takes roles from a file and refuses unknown ones', async () => {
    const path = write('mugs.jsonl', jsonLines(MUGS))
    const toml = write(
      'roles.toml',
      'id = "sku"\nroles.title = "maker"\nroles.ignored = ["votes", "colours"]\nweights.name = 3\n',
    )
    const plan = await planCatalogue(path, { roles: readRoleSettings(toml) })
    const roles = Object.fromEntries(plan.choices.map(({ field, role }) => [field, role]))
    expect(roles).toMatchObject({
      maker: 'title',
      name: 'text',
      votes: 'ignored',
      colours: 'ignored',
    })
    expect(plan.fields).toContainEqual({ name: 'name', role: 'text', weight: 3 })
    expect(formatRoles(plan)).toMatch(/maker +title +100 %/)
    expect(() => checkRoleSettings({ roles: { titel: 'name' } })).toThrow(/no titel/)
    expect(() => checkRoleSettings({ weights: { name: -1 } })).toThrow(/weights.name/)
    await expect(planCatalogue(path, { roles: { id: 'skuu' } })).rejects.toMatchObject({
      code: 'ERR_SETTINGS',
      next: 'Did you mean sku?',
    })
  })

  it('says where bytes are not UTF-8', async () => {
    const text = jsonLines(MUGS.map(({ sku, name }) => ({ sku, name })))
    const bytes = Buffer.from(text.replace('Blue mug number 0', 'Bl\u00fc mug number 0'), 'latin1')
    const { products, report } = await readCatalogue(write('latin.jsonl', bytes))
    expect(products[0]!.values['name']).toBe('Bl\ufffd mug number 0')
    expect(report.repairs).toMatchObject([{ kind: 'undecoded', count: 1, first: { line: 1 } }])
  })

  it('refuses files that are none, empty ones and ones without an id', async () => {
    await expect(readCatalogue(join(folder, 'absent.jsonl'))).rejects.toMatchObject({
      code: 'ERR_FEED_NO_FILE',
    })
    await expect(readCatalogue(write('empty.jsonl', '\n'))).rejects.toMatchObject({
      code: 'ERR_FEED_EMPTY',
    })
    await expect(
      readCatalogue(write('cut.jsonl.gz', gzipSync(jsonLines(MUGS)).subarray(0, 80))),
    ).rejects.toMatchObject({ code: 'ERR_FEED_UNREADABLE' })
    const same = write('same.jsonl', jsonLines(MUGS.map(() => ({ name: 'mug', kind: 'cup' }))))
    await expect(readCatalogue(same)).rejects.toMatchObject({ code: 'ERR_FEED_BAD_HEADER' })
  })

  it('bears any JSON as a row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1 }), async (rows) => {
        const path = write('any.jsonl', jsonLines([{ id: 'a', title: 'A mug' }, ...rows]))
        await readCatalogue(path, { onFault: 'skip', roles: { id: 'id' } })
      }),
      { numRuns: 50 },
    )
  })
})

describe('createCsvSplitter', () => {
  it('reads what was written, however it is cut into chunks', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', '\\') })
    const record = fc.array(cell, { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(record), fc.integer({ min: 1, max: 9 }), (records, size) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
        const text = records.map((cells) => `${cells.map(quote).join(',')}\r\n`).join('')
        const splitter = createCsvSplitter({ delimiter: ',', backslash: false })
        const read = []
        for (let at = 0; at < text.length; at += size) {
          read.push(...splitter.push(text.slice(at, at + size)))
        }
        read.push(...splitter.end())
        expect(read.map(({ cells }) => cells)).toEqual(records)
        let line = 1
        for (const [i, cells] of records.entries()) {
          expect(read[i]!.line).toBe(line)
          line += 1 + cells.join('').split('\n').length - 1
        }
      }),
    )
  })

  it('tells delimiters and quotes behind backslashes', () => {
    expect(dialectOf('a\tb,c\td\n')).toEqual({ delimiter: '\t', backslash: false })
    expect(dialectOf('a,b\n"7\\" disc",x\n')).toEqual({ delimiter: ',', backslash: true })
    expect(dialectOf('a,b\n"C:\\",x\n')).toEqual({ delimiter: ',', backslash: false })
    const splitter = createCsvSplitter({ delimiter: ',', backslash: true })
    const text = '"3.5\\" case, ""new""","8\\"", \n'
    expect(splitter.push(text).map(({ cells }) => cells)).toEqual([['3.5" case, "new"', '8"', ' ']])
  })
})

describe('plainText', () => {
  it('takes tags and entities out, and leaves other texts as they are', () => {
    expect(plainText('Intel&#xAE; &amp; <b>bold</b>&nbsp;x &unknown; 3 < 4')).toBe(
      'Intel® & bold x &unknown; 3 < 4',
    )
    expect(plainText('&#xD800;&#99999999;a\u0000b')).toBe('&#99999999;a b')
  })
})
