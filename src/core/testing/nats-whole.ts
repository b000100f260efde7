import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamManager } from '@nats-io/jetstream'

const WHOLE_MILLISECONDS = 120_000

/** Waits until a stream has a leader and all its replicas are up to date; throws after two minutes. */
export async function untilWhole(
  manager: JetStreamManager,
  stream: string,
  replicas: number,
): Promise<void> {
  const end = performance.now() + WHOLE_MILLISECONDS
  for (;;) {
    const info = await manager.streams.info(stream).catch(() => undefined)
    const peers = info?.cluster?.replicas ?? []
    const isWhole =
      info?.cluster?.leader !== undefined &&
      peers.length === replicas - 1 &&
      peers.every(({ current, offline }) => current && !offline)
    if (isWhole) return
    if (performance.now() > end) throw new Error(`stream ${stream} does not become whole again`)
    await sleep(50)
  }
}
