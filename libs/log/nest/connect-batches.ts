import { Catch, type INestApplication, type RpcExceptionFilter } from '@nestjs/common';
import type { NestMicroservice } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { BatchTransport } from './batch-transport.js';

/** Connects the transport to an application: `startAllMicroservices` then begins to deliver. */
export function connectBatches(app: INestApplication, transport: BatchTransport): void {
  // Handlers get their filters when they are registered, which would otherwise happen within this call.
  const deferred = { deferInitialization: true };
  const microservice = app.connectMicroservice({ strategy: transport }, deferred) as NestMicroservice;
  microservice.useGlobalFilters(new RethrowFilter());
  // It shares the application's modules, whose hooks have been called already.
  microservice.setIsInitHookCalled(true);
}

/** Nest turns the error of a handler into an object without its type; the driver needs the error itself. */
@Catch()
class RethrowFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
