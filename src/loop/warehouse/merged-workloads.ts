import type { TemplateLoad, Workload } from '../../warehouse/index.ts'

/** Two workloads as one; medians of a template that both have are weighed by its runs. */
export function mergedWorkloads(a: Workload, b: Workload): Workload {
  const byFingerprint = new Map(a.templates.map((load) => [load.template.fingerprint, load]))
  for (const load of b.templates) {
    const known = byFingerprint.get(load.template.fingerprint)
    byFingerprint.set(
      load.template.fingerprint,
      known === undefined ? load : mergedLoads(known, load),
    )
  }
  return {
    templates: [...byFingerprint.values()].sort((x, y) => y.totalCpuMs - x.totalCpuMs),
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
  }
}

function mergedLoads(a: TemplateLoad, b: TemplateLoad): TemplateLoad {
  const count = a.count + b.count
  const weighed = (x: number, y: number) => (x * a.count + y * b.count) / count
  const [larger, smaller] = a.totalCpuMs >= b.totalCpuMs ? [a, b] : [b, a]
  return {
    ...larger,
    template: larger.template.tables.length > 0 ? larger.template : smaller.template,
    count,
    failures: a.failures + b.failures,
    totalCpuMs: a.totalCpuMs + b.totalCpuMs,
    p50CpuMs: weighed(a.p50CpuMs, b.p50CpuMs),
    p95CpuMs: Math.max(a.p95CpuMs, b.p95CpuMs),
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    sample: [...larger.sample, ...smaller.sample],
  }
}
