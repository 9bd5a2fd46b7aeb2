import { EventPattern as NestEventPattern } from '@nestjs/microservices';

/** Nest's own decorator, by a type that fits methods also under `exactOptionalPropertyTypes`. */
export const EventPattern: (pattern: string) => MethodDecorator = NestEventPattern;

/** Pattern of the handler that says where to begin with a partition. No topic has a slash in its name. */
export function assigned(topic: string): string {
  return `${topic}/assigned`;
}

/** Pattern of the handler that drops what it holds of a partition. */
export function lost(topic: string): string {
  return `${topic}/lost`;
}
