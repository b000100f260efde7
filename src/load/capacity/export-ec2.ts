import { requireArgument } from '../../core/errors.ts'
import type { ScheduledMinimum } from './schedule.ts'

/** The input of `aws autoscaling batch-put-scheduled-update-group-action --cli-input-json`. */
export interface ScheduledActionsInput {
  readonly AutoScalingGroupName: string
  readonly ScheduledUpdateGroupActions: readonly ScheduledAction[]
}

export interface ScheduledAction {
  readonly ScheduledActionName: string
  /** ISO 8601 in UTC, on the second. */
  readonly StartTime: string
  readonly MinSize: number
  readonly MaxSize?: number
}

/** Scheduled actions that one call takes (EC2 Auto Scaling API). */
export const ACTIONS_A_CALL = 50

/**
 * EC2 Auto Scaling scheduled actions: MinSize at each start, and back to the reactive minimum where no
 * stretch follows. DesiredCapacity is left out: the group raises it to MinSize by itself, and the
 * reactive rule stays free above. MaxSize is raised only where MinSize would pass it. One input a call.
 */
export function ec2ScheduledActions(
  group: string,
  schedule: readonly ScheduledMinimum[],
  reactiveMinimum: number,
  maximum: number,
): ScheduledActionsInput[] {
  requireArgument(group.length > 0 && group.length <= 255, 'a group name has 1 to 255 characters')
  const actions = schedule.flatMap(({ fromMs, toMs, servers }, i) => {
    const raised = actionAt(fromMs, Math.max(servers, reactiveMinimum), maximum)
    const next = schedule[i + 1]
    const ends = next === undefined || next.fromMs > toMs
    return ends ? [raised, actionAt(toMs, reactiveMinimum, maximum)] : [raised]
  })
  const inputs: ScheduledActionsInput[] = []
  for (let i = 0; i < actions.length; i += ACTIONS_A_CALL) {
    inputs.push({
      AutoScalingGroupName: group,
      ScheduledUpdateGroupActions: actions.slice(i, i + ACTIONS_A_CALL),
    })
  }
  return inputs
}

function actionAt(ms: number, servers: number, maximum: number): ScheduledAction {
  const StartTime = `${new Date(ms).toISOString().slice(0, 19)}Z`
  return {
    ScheduledActionName: `storewright-${StartTime.replaceAll(':', '').replaceAll('-', '')}`,
    StartTime,
    MinSize: servers,
    ...(servers > maximum ? { MaxSize: servers } : {}),
  }
}
