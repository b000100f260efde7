import { zoneClock } from '../files/times.ts'
import type { ScheduledMinimum } from './schedule.ts'

/** The deployment that is scaled, and its reactive rule. */
export interface KubernetesTarget {
  /** Name of the Deployment. */
  readonly deployment: string
  readonly namespace: string
  readonly reactiveMinimum: number
  readonly maximum: number
  /** CPU utilisation that the reactive rule keeps to, percent of the request. */
  readonly cpuPercent: number
  /** IANA zone of the cron times. */
  readonly timeZone: string
}

/** Cron names no year: windows that start later than this from the first are left for the next export. */
const CRON_SPAN_MS = 358 * 86_400_000

/**
 * A KEDA ScaledObject (keda.sh/v1alpha1): the reactive CPU trigger and a cron trigger a stretch. KEDA
 * takes the largest of its triggers and never less than minReplicaCount, so that the schedule only ever
 * raises the number of replicas. Cron is `minute hour day month *` in the zone given.
 */
export function kedaScaledObject(
  target: KubernetesTarget,
  schedule: readonly ScheduledMinimum[],
): string {
  const { deployment, namespace, reactiveMinimum, maximum, cpuPercent, timeZone } = target
  const first = schedule[0]?.fromMs ?? 0
  const kept = schedule.filter(({ toMs }) => toMs - first <= CRON_SPAN_MS)
  const most = Math.max(maximum, ...kept.map(({ servers }) => servers))
  const triggers = kept.flatMap(({ fromMs, toMs, servers }) => [
    '    - type: cron',
    '      metadata:',
    `        timezone: ${text(timeZone)}`,
    `        start: ${text(cronOf(fromMs, timeZone))}`,
    `        end: ${text(cronOf(toMs, timeZone))}`,
    `        desiredReplicas: "${servers}"`,
  ])
  return lines([
    'apiVersion: keda.sh/v1alpha1',
    'kind: ScaledObject',
    ...metadata(deployment, namespace),
    'spec:',
    '  scaleTargetRef:',
    '    apiVersion: apps/v1',
    '    kind: Deployment',
    `    name: ${text(deployment)}`,
    `  minReplicaCount: ${reactiveMinimum}`,
    `  maxReplicaCount: ${most}`,
    '  triggers:',
    '    - type: cpu',
    '      metricType: Utilization',
    '      metadata:',
    `        value: "${cpuPercent}"`,
    ...triggers,
  ])
}

/**
 * A HorizontalPodAutoscaler (autoscaling/v2) whose minReplicas is the schedule's number at `atMs`, and
 * never below the reactive rule's. For clusters without KEDA; beside a ScaledObject of the same
 * Deployment it would contend with KEDA's own.
 */
export function horizontalPodAutoscaler(
  target: KubernetesTarget,
  schedule: readonly ScheduledMinimum[],
  atMs: number,
): string {
  const { deployment, namespace, reactiveMinimum, maximum, cpuPercent } = target
  const now = schedule.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
  const minimum = Math.max(reactiveMinimum, ...now.map(({ servers }) => servers))
  return lines([
    'apiVersion: autoscaling/v2',
    'kind: HorizontalPodAutoscaler',
    ...metadata(deployment, namespace),
    'spec:',
    '  scaleTargetRef:',
    '    apiVersion: apps/v1',
    '    kind: Deployment',
    `    name: ${text(deployment)}`,
    `  minReplicas: ${minimum}`,
    `  maxReplicas: ${Math.max(maximum, minimum)}`,
    '  metrics:',
    '    - type: Resource',
    '      resource:',
    '        name: cpu',
    '        target:',
    '          type: Utilization',
    `          averageUtilization: ${cpuPercent}`,
  ])
}

/** `minute hour day month *` of a time on the clock of a zone. */
export function cronOf(ms: number, timeZone: string): string {
  const local = new Date(timeZone === 'UTC' ? ms : zoneClock(timeZone).toLocal(ms))
  return `${local.getUTCMinutes()} ${local.getUTCHours()} ${local.getUTCDate()} ${local.getUTCMonth() + 1} *`
}

function metadata(deployment: string, namespace: string): string[] {
  return ['metadata:', `  name: ${text(deployment)}`, `  namespace: ${text(namespace)}`]
}

/** A YAML double-quoted scalar; JSON strings are such. */
function text(value: string): string {
  return JSON.stringify(value)
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
