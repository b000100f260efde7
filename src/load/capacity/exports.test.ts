import { expect, test } from 'vitest'
import { ec2ScheduledActions } from './export-ec2.ts'
import { cronOf, horizontalPodAutoscaler, kedaScaledObject } from './export-kubernetes.ts'
import { WEEK_MS } from './headroom.ts'
import { scheduleOf } from './schedule.ts'

const START = Date.UTC(2026, 10, 2)
const TARGET = {
  deployment: 'search "eu"',
  namespace: 'shop',
  reactiveMinimum: 3,
  maximum: 20,
  cpuPercent: 70,
  timeZone: 'Europe/Paris',
}
const OPTIONS = { leadMinutes: 10, reactiveMinimum: 3 }

type Node = string | number | Node[] | { [key: string]: Node }

/** The block style of YAML that is written here: maps, lists of maps, plain and quoted scalars. */
function parseYaml(yaml: string): { [key: string]: Node } {
  const lines = yaml.split('\n').filter((line) => line.trim() !== '')
  let at = 0
  const scalar = (text: string): Node =>
    text.startsWith('"') ? JSON.parse(text) : /^\d+$/.test(text) ? Number(text) : text
  const depth = () => lines[at]!.search(/\S/)
  const block = (indent: number): Node => {
    if (lines[at]!.trimStart().startsWith('- ')) {
      const list: Node[] = []
      while (at < lines.length && depth() === indent && lines[at]!.trimStart().startsWith('- ')) {
        lines[at] = lines[at]!.replace('- ', '  ')
        list.push(block(indent + 2))
      }
      return list
    }
    const map: { [key: string]: Node } = {}
    while (at < lines.length && depth() === indent) {
      const [, key, value] = /^\s*([\w.]+):\s?(.*)$/.exec(lines[at]!) ?? []
      if (key === undefined) throw new Error(`no YAML: ${lines[at]}`)
      at++
      map[key] = value === '' ? block(depth()) : scalar(value!)
    }
    return map
  }
  return block(0) as { [key: string]: Node }
}

test('a schedule holds what is above the reactive rule, and rises ahead of time', () => {
  expect(scheduleOf(START, [2, 5, 5, 9, 4, 2], OPTIONS)).toEqual([
    { fromMs: START + WEEK_MS - 600_000, toMs: START + 3 * WEEK_MS, servers: 5 },
    { fromMs: START + 3 * WEEK_MS - 600_000, toMs: START + 4 * WEEK_MS, servers: 9 },
    { fromMs: START + 4 * WEEK_MS, toMs: START + 5 * WEEK_MS, servers: 4 },
  ])
})

test('cron times follow the clock of the zone', () => {
  expect(cronOf(Date.UTC(2026, 10, 27, 17, 30), 'UTC')).toBe('30 17 27 11 *')
  expect(cronOf(Date.UTC(2026, 10, 27, 23, 30), 'Europe/Paris')).toBe('30 0 28 11 *')
  expect(cronOf(Date.UTC(2026, 6, 14, 23, 0), 'Europe/Paris')).toBe('0 1 15 7 *')
})

test('KEDA gets a reactive trigger and cron triggers that only raise', () => {
  const yaml = parseYaml(kedaScaledObject(TARGET, scheduleOf(START, [2, 5, 30, 2], OPTIONS)))
  expect(yaml).toEqual({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'search "eu"', namespace: 'shop' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'search "eu"' },
      minReplicaCount: 3,
      maxReplicaCount: 30,
      triggers: [
        { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
        {
          type: 'cron',
          metadata: {
            timezone: 'Europe/Paris',
            start: '50 0 9 11 *',
            end: '0 1 16 11 *',
            desiredReplicas: '5',
          },
        },
        {
          type: 'cron',
          metadata: {
            timezone: 'Europe/Paris',
            start: '50 0 16 11 *',
            end: '0 1 23 11 *',
            desiredReplicas: '30',
          },
        },
      ],
    },
  })
})

test('cron triggers that would come round again before the plan ends are left for later', () => {
  const servers = Array.from({ length: 104 }, (_, t) => 4 + (t % 2))
  const yaml = parseYaml(kedaScaledObject(TARGET, scheduleOf(START, servers, OPTIONS)))
  const { triggers } = yaml['spec'] as { triggers: { metadata: { start: string } }[] }
  const starts = triggers.slice(1).map((one) => one.metadata.start)
  expect(new Set(starts).size).toBe(starts.length)
  expect(starts.length).toBeGreaterThan(45)
})

test('an HPA has the minimum of the moment, and never less than the reactive rule', () => {
  const schedule = scheduleOf(START, [2, 5, 30, 2], OPTIONS)
  const at = (ms: number) => parseYaml(horizontalPodAutoscaler(TARGET, schedule, ms))['spec']
  expect(at(START)).toMatchObject({ minReplicas: 3, maxReplicas: 20 })
  expect(at(START + 1.5 * WEEK_MS)).toMatchObject({ minReplicas: 5, maxReplicas: 20 })
  expect(at(START + 2.5 * WEEK_MS)).toMatchObject({ minReplicas: 30, maxReplicas: 30 })
  expect(at(START)).toMatchObject({
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      },
    ],
  })
})

test('EC2 gets MinSize at each change, back to the reactive rule at the end, 50 a call', () => {
  const schedule = scheduleOf(START, [2, 5, 30, 2], OPTIONS)
  const [input] = JSON.parse(JSON.stringify(ec2ScheduledActions('search-eu', schedule, 3, 20)))
  expect(input).toEqual({
    AutoScalingGroupName: 'search-eu',
    ScheduledUpdateGroupActions: [
      {
        ScheduledActionName: 'storewright-20261108T235000Z',
        StartTime: '2026-11-08T23:50:00Z',
        MinSize: 5,
      },
      {
        ScheduledActionName: 'storewright-20261115T235000Z',
        StartTime: '2026-11-15T23:50:00Z',
        MinSize: 30,
        MaxSize: 30,
      },
      {
        ScheduledActionName: 'storewright-20261123T000000Z',
        StartTime: '2026-11-23T00:00:00Z',
        MinSize: 3,
      },
    ],
  })
  const long = scheduleOf(
    START,
    Array.from({ length: 104 }, (_, t) => 4 + (t % 2)),
    OPTIONS,
  )
  const calls = ec2ScheduledActions('search-eu', long, 3, 20)
  expect(calls.map((one) => one.ScheduledUpdateGroupActions.length)).toEqual([50, 50, 5])
})
