import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A judged text collection: documents, queries and which documents answer which. */
export interface JudgedCollection {
  readonly documents: readonly {
    readonly id: string
    readonly title: string
    readonly text: string
  }[]
  readonly queries: readonly { readonly id: string; readonly text: string }[]
  /** Ids of the relevant documents by query. */
  readonly relevant: ReadonlyMap<string, ReadonlySet<string>>
}

/** CACM: abstracts from a tar of pages, TREC topics, qrels whose ids may lack their zeros. */
export function readCacm(folder: string): JudgedCollection {
  const documents = readTar(gunzipSync(readFileSync(join(folder, 'cacm.tar.gz')))).map(
    ({ name, text }) => ({ id: name.replace(/\.html$/, ''), ...readAbstract(text) }),
  )
  const topics = readFileSync(join(folder, 'topics.cacm.txt'), 'utf8')
  const queries = [...topics.matchAll(/<DOCNO>\s*(\d+)\s*<\/DOCNO>([\s\S]*?)<\/DOC>/g)].map(
    ([, id, text]) => ({ id: id!, text: text!.trim() }),
  )
  const relevant = readJudgments(join(folder, 'qrels.cacm.txt'), (cells) => {
    const number = cells[2]!.replace(/^CACM-/, '').padStart(4, '0')
    return Number(cells[3]) > 0 ? [cells[0]!, `CACM-${number}`] : undefined
  })
  return { documents, queries, relevant }
}

/**
 * Cranfield: .I .T .A .B .W records; judgments name queries by their order, and grade 1 the best to 4;
 * −1 and 5 are not relevant.
 */
export function readCranfield(folder: string): JudgedCollection {
  const documents = readRecords(join(folder, 'cran.all.1400')).map(({ id, fields }) => ({
    id,
    title: fields.get('T') ?? '',
    text: fields.get('W') ?? '',
  }))
  const queries = readRecords(join(folder, 'cran.qry')).map(({ fields }, i) => ({
    id: String(i + 1),
    text: fields.get('W') ?? '',
  }))
  const relevant = readJudgments(join(folder, 'cranqrel'), (cells) => {
    const grade = Number(cells[2])
    return grade >= 1 && grade <= 4 ? [cells[0]!, cells[1]!] : undefined
  })
  return { documents, queries, relevant }
}

/** Title and abstract of a CACM page: what stands before the line with the issue, and before the authors. */
function readAbstract(page: string): { readonly title: string; readonly text: string } {
  const body = page.replace(/<[^>]*>/g, '')
  const parts = body.split(/\n\s*CACM [A-Z][a-z]+,? \d{4}/)
  const [title = '', ...paragraphs] = parts[0]!.trim().split(/\n\s*\n/)
  return { title, text: paragraphs.join('\n') }
}

function readRecords(path: string) {
  const parts = readFileSync(path, 'utf8').split(/^\.I /m).slice(1)
  return parts.map((part) => {
    const [id = '', ...rest] = part.split('\n')
    const fields = new Map<string, string>()
    let name = ''
    for (const line of rest) {
      const field = /^\.([A-Z])\s*$/.exec(line)
      if (field !== null) name = field[1]!
      else fields.set(name, `${fields.get(name) ?? ''} ${line}`)
    }
    return { id: id.trim(), fields }
  })
}

function readJudgments(
  path: string,
  pairOf: (cells: readonly string[]) => readonly [string, string] | undefined,
) {
  const relevant = new Map<string, Set<string>>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const cells = line.trim().split(/\s+/)
    const pair = cells.length >= 3 ? pairOf(cells) : undefined
    if (pair === undefined) continue
    relevant.set(pair[0], (relevant.get(pair[0]) ?? new Set()).add(pair[1]))
  }
  return relevant
}

/** Plain files of a tar archive (POSIX ustar). */
function readTar(bytes: Uint8Array) {
  const files: { name: string; text: string }[] = []
  const decoder = new TextDecoder('latin1')
  let at = 0
  while (at + 512 <= bytes.length && bytes[at] !== 0) {
    const field = (from: number, size: number) =>
      decoder
        .decode(bytes.subarray(at + from, at + from + size))
        .replace(/\0.*$/s, '')
        .trim()
    const size = Number.parseInt(field(124, 12), 8)
    const text = decoder.decode(bytes.subarray(at + 512, at + 512 + size))
    if (field(156, 1) === '0' || field(156, 1) === '') files.push({ name: field(0, 100), text })
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
