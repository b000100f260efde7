import { describe, expect, it } from 'vitest'
import { layOnSteps } from './equal-steps.ts'
import { recordBatches } from './open-rows.ts'
import { readEvents } from './read-events.ts'
import { type HistoryOptions, readHistory } from './read-history.ts'

const rowFile = (text: string, file = 'h.csv') => ({ file, batches: recordBatches(file, [text]) })
const read = (text: string, options?: HistoryOptions) => readHistory(rowFile(text), options)
const HOUR = 3_600_000
const at = (iso: string) => Date.parse(`${iso}Z`)

/** Lays a history on steps before `from`. */
async function laid(text: string, from: string, stepMs: number, options?: HistoryOptions) {
  const raw = await read(text, options)
  const groupColumns = options?.group?.length ?? raw.columns.length
  const { histories, absent } = layOnSteps(raw, { fromMs: at(from), stepMs, groupColumns })
  return { histories, absent, notes: raw.repairs.notes('h.csv'), raw }
}

describe('a history with faults', () => {
  it('counts gaps as unknown and says so', async () => {
    const { histories, notes } = await laid(
      'ds,y\n2026-01-01 00:00:00,1\n2026-01-01 01:00:00,2\n2026-01-01 02:00:00,3\n2026-01-01 04:00:00,5\n',
      '2026-01-01T05:00:00',
      HOUR,
    )
    expect([...histories[0]!.values]).toEqual([1, 2, 3, Number.NaN, 5])
    expect(notes.join()).toContain('1 step between the first and the last has no row')
  })

  it('makes one of rows that say the same time, and sorts the others', async () => {
    const { histories, notes } = await laid(
      'ds,y\n2026-01-01 01:00:00,2\n2026-01-01 00:00:00,1\n2026-01-01 01:00:00,4\n2026-01-01 02:00:00,6\n',
      '2026-01-01T03:00:00',
      HOUR,
    )
    expect([...histories[0]!.values]).toEqual([1, 3, 6])
    expect(notes.join()).toContain('out of order')
    expect(notes.join()).toContain('says again')
  })

  it('counts load below zero and missing load as unknown, with the first line', async () => {
    const { histories, notes } = await laid(
      'ds,y\n2026-01-01 00:00:00,1\n2026-01-01 01:00:00,-3\n2026-01-01 02:00:00,\n2026-01-01 03:00:00,4\n',
      '2026-01-01T04:00:00',
      HOUR,
    )
    expect([...histories[0]!.values]).toEqual([1, Number.NaN, Number.NaN, 4])
    expect(notes).toContain('h.csv: 1 value is below zero, first in line 3; they count as unknown')
    expect(notes.join()).toContain('1 value is missing, first in line 4')
  })

  it('names line and column of what is no number and no time', async () => {
    await expect(read('ds,y\n2026-01-01,1\n2026-01-02,many\n')).rejects.toMatchObject({
      code: 'ERR_FEED_BAD_VALUE',
      place: { file: 'h.csv', line: 3, column: 'y', value: 'many' },
    })
    await expect(read('ds,y\n2026-02-30,1\n')).rejects.toMatchObject({
      code: 'ERR_FEED_BAD_VALUE',
      place: { line: 2, column: 'ds', value: '2026-02-30' },
    })
    await expect(read('ds,y\n2026-01-01,1,2\n')).rejects.toMatchObject({ place: { line: 2 } })
  })

  it('names the column that is missing, and refuses an empty file', async () => {
    await expect(read('when,y\n')).rejects.toMatchObject({
      code: 'ERR_FEED_BAD_HEADER',
      place: { column: 'ds' },
    })
    await expect(read('ds,y\n2026-01-01,1\n', { group: ['region'] })).rejects.toMatchObject({
      code: 'ERR_FEED_BAD_HEADER',
      place: { column: 'region' },
    })
    await expect(read('ds,y\n')).rejects.toMatchObject({ code: 'ERR_FEED_EMPTY' })
  })

  it('refuses steps finer than the history', async () => {
    const text = 'ds,y\n2026-01-01 00:00:00,1\n2026-01-01 01:00:00,2\n'
    await expect(laid(text, '2026-01-02T00:00:00', 60_000)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      next: 'Ask for --step 1h or coarser.',
    })
  })
})

describe('days on which clocks change', () => {
  const hours = (day: string, list: readonly string[]) =>
    `ds,y\n${list.map((hour, i) => `${day} ${hour}:00:00,${i}`).join('\n')}\n`

  it('takes the second round of a repeated hour as the second hour', async () => {
    const text = hours('2026-10-25', ['01', '02', '02', '03'])
    const raw = await read(text, { zone: 'Europe/Paris' })
    const gaps = Array.from(raw.series[0]!.times.slice(1), (ms, i) => ms - raw.series[0]!.times[i]!)
    expect(gaps).toEqual([HOUR, HOUR, HOUR])
    expect(raw.repairs.notes('h.csv').join()).toContain('an hour that comes twice')
  })

  it('has no gap where an hour is skipped', async () => {
    const raw = await read(hours('2026-03-29', ['00', '01', '03', '04']), { zone: 'Europe/Paris' })
    const { times } = raw.series[0]!
    expect(times[2]! - times[1]!).toBe(HOUR)
    expect(raw.repairs.notes('h.csv')).toEqual([])
  })

  it('moves a time that the clocks skip on by the change', async () => {
    const raw = await read(hours('2026-03-29', ['01', '02']), { zone: 'Europe/Paris' })
    expect(raw.repairs.notes('h.csv').join()).toContain('the clocks skip')
    expect(raw.series[0]!.times[1]!).toBe(at('2026-03-29T01:00:00'))
  })
})

describe('steps', () => {
  it('adds finer rows up, scales a step known to half, and leaves out a first part', async () => {
    const rows = Array.from({ length: 150 }, (_, i) => i + 30)
      .filter((m) => m < 60 || m >= 80)
      .map((m) => `${new Date(at('2026-01-01T00:00:00') + m * 60_000).toISOString()},2`)
    const { histories, notes } = await laid(
      `ds,y\n${rows.join('\n')}\n`,
      '2026-01-01T03:00:00',
      HOUR,
    )
    expect(histories[0]!.axis.startMs).toBe(at('2026-01-01T01:00:00'))
    expect([...histories[0]!.values]).toEqual([120, 120])
    expect(notes.join()).toContain('known in part')
  })

  it('adds up the columns that --group leaves out, and keeps series apart by the others', async () => {
    const text =
      'service,region,ds,y\na,eu,2026-01-01 00:00:00,1\na,us,2026-01-01 00:00:00,2\nb,eu,2026-01-01 00:00:00,5\na,eu,2026-01-01 01:00:00,3\na,us,2026-01-01 01:00:00,4\nb,eu,2026-01-01 01:00:00,5\n'
    const { histories } = await laid(text, '2026-01-01T02:00:00', HOUR, { group: ['service'] })
    expect(histories.map((h) => [h.group, [...h.values]])).toEqual([
      [{ service: 'a' }, [3, 7]],
      [{ service: 'b' }, [5, 5]],
    ])
  })

  it('does not look at rows from --from on, and names series that have none before', async () => {
    const { histories, absent, notes } = await laid(
      'id,ds,y\na,2026-01-01 00:00:00,1\na,2026-01-01 01:00:00,9\nb,2026-01-01 01:00:00,9\n',
      '2026-01-01T01:00:00',
      HOUR,
    )
    expect(histories.map((h) => [...h.values])).toEqual([[1]])
    expect(absent).toEqual(['b'])
    expect(notes.join()).toContain('2 rows are at or after --from')
  })

  it('keeps rows apart that come a little early or late', async () => {
    const { histories } = await laid(
      'ds,y\n2026-01-01 00:04:00,1\n2026-01-01 00:09:00,2\n2026-01-01 00:14:01,3\n2026-01-01 00:18:59,4\n2026-01-01 00:24:00,5\n',
      '2026-01-01T00:25:00',
      300_000,
    )
    expect([...histories[0]!.values]).toEqual([1, 2, 3, 4, 5])
  })
})

describe('events', () => {
  const header = 'event_id,kind,starts_at,ends_at,region,strength\n'

  it('reads groups and strengths, and whole days and seconds as their ends', async () => {
    const text = `${header}b,sale,2026-05-02,2026-05-02,,\na,sale,2026-05-01 00:00:00,2026-05-01 23:59:59,us,1.5\n`
    expect(await readEvents(rowFile(text, 'e.csv'))).toEqual([
      {
        eventId: 'a',
        kind: 'sale',
        startMs: at('2026-05-01T00:00:00'),
        endMs: at('2026-05-02T00:00:00'),
        group: { region: 'us' },
        strength: 1.5,
      },
      {
        eventId: 'b',
        kind: 'sale',
        startMs: at('2026-05-02T00:00:00'),
        endMs: at('2026-05-03T00:00:00'),
      },
    ])
  })

  it('refuses an event that ends before it starts, by line and column', async () => {
    const text = `${header}a,sale,2026-05-02 10:00:00,2026-05-02 09:00:00,,\n`
    await expect(readEvents(rowFile(text, 'e.csv'))).rejects.toMatchObject({
      code: 'ERR_FEED_BAD_VALUE',
      place: { file: 'e.csv', line: 2, column: 'ends_at' },
    })
  })

  it('refuses an id twice, an empty kind and a strength in words', async () => {
    const row = 'a,sale,2026-05-02,2026-05-03,,\n'
    await expect(readEvents(rowFile(header + row + row))).rejects.toMatchObject({
      code: 'ERR_FEED_DUPLICATE_KEY',
    })
    await expect(
      readEvents(rowFile(`${header}a,,2026-05-02,2026-05-03,,\n`)),
    ).rejects.toMatchObject({ place: { column: 'kind' } })
    await expect(
      readEvents(rowFile(`${header}a,sale,2026-05-02,2026-05-03,,strong\n`)),
    ).rejects.toMatchObject({ place: { column: 'strength' } })
  })
})
