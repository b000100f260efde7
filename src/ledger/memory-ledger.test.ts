import { describeLedger } from './ledger.contract.ts'
import { createMemoryLedger } from './memory-ledger.ts'

describeLedger('memory ledger', createMemoryLedger)
