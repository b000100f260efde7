import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createOtlpReader } from './otlp.ts'
import { pollSource, rangeUrl, requireAllowed } from './poll.ts'
import { readPrometheus } from './prometheus.ts'
import { createSourceReader, readSourceFile } from './read-source.ts'
import { readRecording, startRecording } from './recording.ts'
import { onSteps } from './samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-track-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const OPTIONS = {
  unit: 'per-second',
  metric: 'http.server.request.duration',
  stepMs: 60_000,
} as const
const matrix = (series: readonly (readonly [number, string])[][]) => ({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: series.map((values) => ({ metric: { job: 'api' }, values })),
  },
})

describe('Prometheus', () => {
  test('sums series and turns rates into requests of the step that ends there', () => {
    const json = matrix([
      [
        [120, '2'],
        [180, '3'],
      ],
      [
        [120, '1'],
        [180, 'NaN'],
      ],
    ])
    expect(readPrometheus(json, OPTIONS)).toEqual([
      { fromMs: 60_000, toMs: 120_000, requests: 180, whole: true },
      { fromMs: 120_000, toMs: 180_000, requests: 180, whole: true },
    ])
  })

  test('errors and other results are told', () => {
    expect(() => readPrometheus({ status: 'error', error: 'parse error' }, OPTIONS)).toThrow(
      /parse error/,
    )
    const vector = { status: 'success', data: { resultType: 'vector', result: [] } }
    expect(() => readPrometheus(vector, OPTIONS)).toThrow(/vector, not matrix/)
    expect(() => readPrometheus([], OPTIONS)).toThrow(/no answer of Prometheus/)
  })
})

const otlp = (
  temporality: number | string,
  points: readonly object[],
  name: string = OPTIONS.metric,
) => ({
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'search' } }] },
      scopeMetrics: [
        {
          metrics: [
            {
              name,
              unit: 's',
              histogram: { aggregationTemporality: temporality, dataPoints: points },
            },
          ],
        },
      ],
    },
  ],
})
const nano = (seconds: number) => `${seconds}000000000`
const point = (start: number, time: number, count: number, route = '/') => ({
  startTimeUnixNano: nano(start),
  timeUnixNano: nano(time),
  count: String(count),
  attributes: [{ key: 'http.route', value: { stringValue: route } }],
})

describe('OpenTelemetry', () => {
  test('delta counts stand for their own span', () => {
    const json = otlp('AGGREGATION_TEMPORALITY_DELTA', [
      point(60, 120, 30),
      point(60, 120, 12, '/cart'),
    ])
    const samples = createOtlpReader(OPTIONS).read(json)
    const axis = { startMs: 60_000, stepMs: 60_000, count: 2 }
    expect([...onSteps(samples, axis)]).toEqual([42, Number.NaN])
  })

  test('cumulative counts are differences, by attributes, and survive a restart', () => {
    const reader = createOtlpReader(OPTIONS)
    expect(reader.read(otlp(2, [point(1, 60, 100), point(1, 60, 7, '/cart')]))).toEqual([])
    const next = reader.read(otlp(2, [point(1, 120, 160), point(1, 120, 9, '/cart')]))
    expect(next.map(({ requests }) => requests)).toEqual([60, 2])
    const [restarted] = reader.read(otlp(2, [point(150, 180, 25)]))
    expect(restarted).toEqual({ fromMs: 150_000, toMs: 180_000, requests: 25, whole: false })
  })

  test('other metrics are passed over, other texts refused', () => {
    const reader = createSourceReader(OPTIONS)
    expect(reader.read(JSON.stringify(otlp(1, [point(60, 120, 30)], 'other')))).toEqual([])
    expect(() => createOtlpReader(OPTIONS).read({ resourceMetrics: 3 })).toThrow(/no OTLP/)
    expect(() => reader.read('{"a":\nnothing')).toThrow(/neither JSON nor JSON lines/)
  })

  test('JSON lines of a collector file are read one after the other', () => {
    const lines = [otlp(2, [point(1, 60, 100)]), otlp(2, [point(1, 120, 160)])]
    const samples = createSourceReader(OPTIONS).read(
      lines.map((one) => JSON.stringify(one)).join('\n'),
    )
    expect(samples.map(({ requests }) => requests)).toEqual([60])
  })
})

test('CSV files give a sample a row', async () => {
  const path = join(folder, 'today.csv')
  writeFileSync(
    path,
    'ds,y\n1998-06-30 00:00:00,120\n1998-06-30 00:01:00,\n1998-06-30 00:02:00,90\n',
  )
  const samples = await readSourceFile(path, { ...OPTIONS, unit: 'per-step' })
  const axis = { startMs: Date.UTC(1998, 5, 30), stepMs: 60_000, count: 3 }
  expect([...onSteps(samples, axis)]).toEqual([120, Number.NaN, 90])
})

test('a recording is replayed as it came, without a last line that was cut off', () => {
  const path = join(folder, 'run.jsonl')
  const recording = startRecording(path)
  const samples = [{ fromMs: 0, toMs: 60_000, requests: 4, whole: true }]
  recording.add(61_000, samples)
  recording.add(121_000, [])
  expect(readRecording(path)).toEqual([
    { atMs: 61_000, samples },
    { atMs: 121_000, samples: [] },
  ])
  writeFileSync(path, '{"at":1,"samples":[]}\n{"at":2,"sam')
  expect(readRecording(path)).toHaveLength(1)
  writeFileSync(path, 'nothing\n')
  expect(() => readRecording(path)).toThrow(/no line of a recording/)
})

describe('asking a URL', () => {
  test('only hosts on the list are asked', () => {
    expect(() => requireAllowed('http://example.com/x', [])).toThrow(/not on the list/)
    expect(() => requireAllowed('file:///etc/passwd', [''])).toThrow(/not on the list/)
    expect(requireAllowed('http://example.com/x', ['example.com']).host).toBe('example.com')
    expect(requireAllowed('http://127.0.0.1:9090/x', []).port).toBe('9090')
  })

  test('Prometheus is asked for what is new, in steps', () => {
    const url = new URL('http://127.0.0.1:9090/api/v1/query_range?query=up')
    expect(rangeUrl(url, 60_000, 180_000, 60_000)).toBe(
      'http://127.0.0.1:9090/api/v1/query_range?query=up&start=60&end=180&step=60',
    )
  })

  test('answers come until the end, and failures are borne', async () => {
    let asked = 0
    const server = createServer((request, answer) => {
      asked++
      if (asked === 2) {
        answer.writeHead(503).end()
        return
      }
      const end = Number(new URL(request.url!, 'http://x').searchParams.get('end'))
      answer.end(JSON.stringify(matrix([[[end, '1']]])))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    let clock = 60_000
    const now = () => {
      clock += 20_000
      return clock
    }
    const url = `http://127.0.0.1:${port}/api/v1/query_range?query=up`
    const seen: number[] = []
    const limits = {
      ...OPTIONS,
      url,
      allowedHosts: [],
      everyMs: 1,
      fromMs: 60_000,
      untilMs: 300_000,
      now,
    }
    for await (const samples of pollSource(limits)) seen.push(...samples.map(({ toMs }) => toMs))
    server.close()
    expect(seen.at(-1)).toBe(300_000)
    expect(new Set(seen).size).toBe(seen.length)
  })
})
