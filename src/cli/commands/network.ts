import type { Command } from 'commander'
import { addNetworkOperate } from './network-operate.ts'
import { addNetworkPlan } from './network-plan.ts'
import { addNetworkSite } from './network-site.ts'

/** network regions, lanes, routes, site, status, switch, rollback, simulate. */
export function addNetworkCommands(program: Command): void {
  const network = program
    .command('network')
    .description('which regions, lanes and routes; switched and rolled back in one step')
    .addHelpText(
      'after',
      `
Examples:
  storewright network regions --store my-store            what 2 to 16 regions would give, and which is best
  storewright network regions --apply --store my-store    put the regions in force
  storewright network lanes --store my-store              lanes and departures for these regions
  storewright network routes --store my-store             routes from every site to every area
  storewright network switch --region R3 --store my-store a pioneer goes over first
  storewright network switch --store my-store             then all
  storewright network rollback --store my-store           back to what held before
  storewright network site --store my-store               where to build as demand grows over the years`,
    )
  addNetworkPlan(network)
  addNetworkSite(network)
  addNetworkOperate(network)
}
