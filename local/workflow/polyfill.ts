/** What aws-local-stepfunctions needs of the process. It is written for Node 22; on 20 it lacks only withResolvers. */
import { setMaxListeners } from 'node:events';

// Every child listens to its parent's abort signal: thousands on one signal are right here, and no leak.
setMaxListeners(0);

if (!('withResolvers' in Promise)) {
  Object.assign(Promise, {
    withResolvers<T>() {
      let resolve!: (value: T | PromiseLike<T>) => void;
      let reject!: (reason?: unknown) => void;
      const promise = new Promise<T>((yes, no) => {
        resolve = yes;
        reject = no;
      });
      return { promise, resolve, reject };
    },
  });
}
