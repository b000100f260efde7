// The guard must refuse this: it takes what is behind the door of a room.
import { secret } from '../demand/inside.ts'

export const told = () => secret()
