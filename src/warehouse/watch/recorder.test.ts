import { describe, expect, it } from 'vitest'
import { createRecorder, type RecorderOptions } from './recorder.ts'
import { queryTemplateRows } from './table-rows.ts'
import { createTemplates } from './templates.ts'
import type { RunSeen } from './watcher.ts'

function recorded(options: Partial<RecorderOptions> = {}) {
  const templates = createTemplates(1000)
  const recorder = createRecorder({ seed: 1, ...options })
  const see = (sql: string, run: Partial<RunSeen> = {}) =>
    recorder.observe(templates.know(sql), { at: 0, wallMs: 1, rowsReturned: 0, ...run })
  return { templates, recorder, see }
}

describe('createRecorder', () => {
  it('counts by template, with quantiles of CPU, the dearest first', () => {
    const { recorder, see } = recorded()
    for (let i = 0; i < 1000; i++) {
      see(`SELECT a FROM t WHERE b = ${i}`, { at: 10 + i, cpuMs: (i % 100) + 1, rowsReturned: 3 })
    }
    see('SELECT 1', { at: 5, wallMs: 2, failed: 'Binder Error: no' })
    const { templates, fromMs, toMs } = recorder.workload()
    expect([fromMs, toMs, templates.length]).toEqual([5, 1009, 2])
    const [first, second] = templates
    expect(first).toMatchObject({ count: 1000, failures: 0, totalCpuMs: 50_500, meanRows: 3 })
    expect(first!.p50CpuMs).toBeCloseTo(50, -1)
    expect(first!.p95CpuMs / 95).toBeCloseTo(1, 1)
    expect(first!.example).toBe('SELECT a FROM t WHERE b = 999')
    expect(first!.sample[0]!.sql).toMatch(/^SELECT a FROM t WHERE b = \d+$/)
    expect(second).toMatchObject({ count: 1, failures: 1, totalCpuMs: 2 })
    expect(second!.example).toBeUndefined()
  })

  it('keeps an even sample of each template', () => {
    const { recorder, see } = recorded({ knobs: { 'warehouse.sample-size': 50 } })
    for (let i = 0; i < 10_000; i++) see(`SELECT a FROM t WHERE b = ${i}`, { at: i })
    const { sample } = recorder.workload().templates[0]!
    expect(sample).toHaveLength(50)
    const mean = sample.reduce((sum, { constants }) => sum + Number(constants[0]), 0) / 50
    // The mean of 50 out of 10,000 has a standard error of 408.
    expect(Math.abs(mean - 5000)).toBeLessThan(4 * 408)
    expect(sample.every(({ at }, i) => i === 0 || sample[i - 1]!.at <= at)).toBe(true)
  })

  it('tells runs that were tuned from those as asked', () => {
    const { recorder, see } = recorded()
    for (let i = 0; i < 9; i++) {
      see('SELECT a FROM t', { cpuMs: 100 })
      see('SELECT a FROM t', { cpuMs: 1, actionId: 'view' })
    }
    const [load] = recorder.workload().templates
    expect(load!.p50CpuMs / 100).toBeCloseTo(1, 1)
    expect(load!.tuned!.count).toBe(9)
    const [row] = queryTemplateRows(recorder.workload(), () => true)
    expect(row).toMatchObject({ statements: 18, off: 1, asked_by: null })
    expect(row!['tuned_p50_cpu_ms']).toBeCloseTo(1, 1)
  })

  it('stays within its limit, and says what it dropped', () => {
    const { recorder, see } = recorded({ knobs: { 'warehouse.templates': 10 } })
    for (let i = 0; i < 100; i++) see(`SELECT a${i} FROM t`, { cpuMs: i })
    expect(recorder.workload().templates.length).toBeLessThanOrEqual(10)
    expect(recorder.workload().templates[0]!.template.sql).toBe('SELECT a99 FROM t')
    const { templates, statements, cpuMs } = recorder.dropped()
    expect([templates, statements]).toEqual([90, 90])
    expect(cpuMs).toBeLessThan(4950)
  })

  it('goes on from what was saved', () => {
    const { recorder, see, templates } = recorded()
    for (let i = 0; i < 100; i++) see(`SELECT a FROM t WHERE b = ${i % 9}`, { cpuMs: i })
    const saved = JSON.parse(JSON.stringify(recorder.save()))
    const again = createRecorder({ seed: 1, saved })
    expect(again.workload()).toEqual(recorder.workload())
    expect(again.repetition()).toEqual(recorder.repetition())
    again.observe(templates.know('SELECT a FROM t WHERE b = 1'), {
      ...{ at: 0, wallMs: 1, rowsReturned: 0 },
    })
    expect(again.workload().templates[0]!.count).toBe(101)
    expect(() => createRecorder({ seed: 1, saved: { ...saved, form: 'x' } })).toThrow(/form x/)
    again.clear()
    expect(again.workload()).toEqual({ templates: [], fromMs: 0, toMs: 0 })
  })

  it('keeps no private value anywhere', () => {
    const { recorder, see } = recorded({ privacy: { hide: 'texts', key: 'secret' } })
    const sql = "SELECT a FROM t WHERE name = 'Ann Lee' AND city IN ('Rome', 'Paris') AND n > 5"
    see(sql)
    see(sql, { failed: "Conversion Error: Could not convert string 'Ann Lee'" })
    const kept = JSON.stringify([recorder.save(), recorder.workload()])
    expect(kept).not.toMatch(/Ann|Rome|Paris/)
    const [load] = recorder.workload().templates
    const [one, two] = load!.sample
    expect(one!.constants).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
      5,
    ])
    expect(two!.constants).toEqual(one!.constants)
    expect(two!.failed).toBe('Conversion Error')
    const other = recorded({ privacy: { hide: 'all', key: 'other' } })
    other.see(sql)
    const hidden = other.recorder.workload().templates[0]!.sample[0]!.constants
    expect(hidden[0]).not.toBe(one!.constants[0])
    expect(typeof hidden[2]).toBe('string')
  })
})
