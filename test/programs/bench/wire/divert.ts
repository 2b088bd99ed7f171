/** Divert in a process of its own, as `npm start` has it, in memory. */
import { startLocal } from '../../../../infra/local/local.ts';

const local = await startLocal({ documents: [process.argv[2] ?? ''], port: 0 });
process.send?.({ port: Number(new URL(local.url).port) });
process.on('disconnect', () => void local.stop().then(() => process.exit(0)));
