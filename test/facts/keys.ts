/** Two RSA keys as DKIM publishes them, made afresh for each run: nothing signs with them. */
import { generateKeyPairSync } from 'node:crypto';

function makeKey(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
}

export const KEY = makeKey();
export const OTHER_KEY = makeKey();
