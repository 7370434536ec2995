import { join } from 'node:path';
import { batonHome } from '../home.ts';

/** The file of one of the program's pictures. @param name without its ending */
export function iconFile(name: string): string {
  return join(batonHome()?.folder ?? '', 'resources', 'icons', `${name}.png`);
}
