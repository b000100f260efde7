import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import { readNamedRows } from '../files/named-rows.ts'
import { createOtlpReader, type OtlpReader } from './otlp.ts'
import { readPrometheus } from './prometheus.ts'
import type { LoadSample, SourceOptions } from './samples.ts'

/** Reads texts of one source, one after the other. */
export interface SourceReader {
  /** Samples of a text: JSON of Prometheus or OTLP, JSON lines of these. */
  read(text: string): LoadSample[]
}

/** A reader that tells Prometheus from OTLP by its content. */
export function createSourceReader(options: SourceOptions): SourceReader {
  const otlp = createOtlpReader(options)
  return {
    read: (text) => documentsOf(text).flatMap((json) => readDocument(json, otlp, options)),
  }
}

function documentsOf(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line, at) => parseLine(line, at + 1))
  }
}

function parseLine(line: string, at: number): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_UNREADABLE', 'this is neither JSON nor JSON lines', {
      line: at,
      next: 'Give the answer of /api/v1/query_range, OTLP metrics as JSON, or a CSV with ds and y.',
      cause,
    })
  }
}

function readDocument(json: unknown, otlp: OtlpReader, options: SourceOptions): LoadSample[] {
  const isOtlp = typeof json === 'object' && json !== null && 'resourceMetrics' in json
  return isOtlp ? otlp.read(json) : readPrometheus(json, options)
}

/** Reads a source file: CSV (.csv, .csv.gz) with ds and y, else JSON or JSON lines (.gz too). */
export async function readSourceFile(path: string, options: SourceOptions): Promise<LoadSample[]> {
  if (/\.(csv|tsv)(\.gz)?$/i.test(path)) return readCsvSource(path, options)
  const bytes = readSourceBytes(path)
  const text = /\.gz$/i.test(path) ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8')
  return createSourceReader(options).read(text)
}

function readSourceBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `${path} cannot be read`, {
      file: path,
      next: 'Give a file, or a URL that begins with http.',
      cause,
    })
  }
}

async function readCsvSource(path: string, { stepMs, unit }: SourceOptions): Promise<LoadSample[]> {
  const { rows } = await readNamedRows(path, ['ds', 'y'])
  const factor = unit === 'per-second' ? stepMs / 1000 : 1
  return rows
    .filter((row) => row.text('y') !== '')
    .map((row) => {
      const fromMs = row.instant('ds')
      return { fromMs, toMs: fromMs + stepMs, requests: row.number('y', 0) * factor, whole: true }
    })
}
