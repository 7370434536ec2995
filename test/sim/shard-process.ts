import type { ShardPlan } from './fleet-types.ts';
import { Shard } from './shard.ts';

/** What the parent asks of a serving process; `id` is given back with the answer. */
export interface ShardRequest {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type ShardReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string; readonly code: string };

let shard: Shard | null = null;

async function handle({ method, args }: ShardRequest): Promise<unknown> {
  if (method === 'start') {
    shard = new Shard(args[0] as ShardPlan);
    await shard.listen();
    return null;
  }
  const act = shard?.[method as keyof Shard] as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
  if (!shard || !act) throw new RangeError(`a serving process knows no ${method}`);
  return (await act.apply(shard, [...args])) ?? null;
}

process.on('message', (request: ShardRequest) => {
  const { id } = request;
  handle(request).then(
    (result) => process.send?.({ id, result }),
    (error: NodeJS.ErrnoException) => process.send?.({ id, error: error.message, code: error.code ?? '' }),
  );
});
process.on('disconnect', () => process.exit());
