import { Catch, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import type { NestMicroservice } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { BatchTransport } from './batch-transport.js';

/** Connects the transport to an application: `startAllMicroservices` then begins to deliver. */
export function connectBatches(app: INestApplication, transport: BatchTransport): void {
  // Handlers take up filters when they are registered, which would otherwise be done within this call.
  const deferred = { deferInitialization: true };
  const microservice = app.connectMicroservice({ strategy: transport }, deferred) as NestMicroservice;
  microservice.useGlobalFilters(new RethrowFilter());
  // Its modules are the application's, whose hooks have been called.
  microservice.setIsInitHookCalled(true);
}

/** Nest turns what a handler throws into a nameless object; the driver wants to know what it was. */
@Catch()
class RethrowFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
