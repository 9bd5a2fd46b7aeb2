import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { routesOf } from '#runtime/access/access-rules.js';
import { roleNames } from '#runtime/access/roles.js';
import { principalOf } from '#runtime/nest/access-hook.js';
import { ApiProblems } from '#runtime/nest/api-problems.js';
import { unbilledApiToken, type UnbilledService } from './unbilled.controller.js';

const meSchema = z.object({
  name: z.string().describe('Of the key, or subject of the token; `local` where there are no keys.'),
  role: z.enum(roleNames),
  brands: z.array(z.string()).nullable().describe('The brands that it is limited to; null: all.'),
  routes: z
    .array(z.string())
    .describe('What it may ask, such as `GET /v1/programmes/:id/kpis`; everything else is denied.'),
  programmes: z
    .array(z.object({ id: z.string(), brand: z.string(), timeZone: z.string() }))
    .describe('That it may see, of the catalogue in force.'),
  contracts: z.array(
    z.object({
      id: z.string(),
      programme: z.string(),
      brand: z.string(),
      buyer: z.string(),
      currency: z.string(),
      timeZone: z.string(),
    }),
  ),
});

@ApiTags('operations')
@Controller('v1/me')
export class MeController {
  constructor(@Inject(unbilledApiToken) private readonly service: Pick<UnbilledService, 'lookup'>) {}

  @Get()
  @ApiOperation({
    summary: 'Who asks',
    description: 'The role of the key, what it may ask, and the programmes and contracts that it may see.',
  })
  @ApiResponse({ status: 200, description: 'The asker.', standardSchema: meSchema })
  @ApiProblems('log-unavailable')
  async me(@Req() request: FastifyRequest): Promise<z.infer<typeof meSchema>> {
    const principal = principalOf(request);
    const { name, role, brands } = principal;
    const lookup = await this.service.lookup();
    const { programmes, contracts } = lookup.catalogue;
    const routes = routesOf(principal);
    const sees = (brand: string): boolean => brands === null || brands.includes(brand);
    const brandOf = (programme: string): string => lookup.programme(programme)?.brand ?? '';
    const seesContracts = routes.some((route) => route.startsWith('GET /v1/contracts/:id/'));
    const seesProgrammes = routes.some((route) => route.startsWith('GET /v1/programmes/:id/'));
    return {
      name,
      role,
      brands: brands === null ? null : [...brands],
      routes,
      programmes: programmes
        .filter(({ brand }) => seesProgrammes && sees(brand))
        .map(({ id, brand, timeZone }) => ({ id, brand, timeZone })),
      contracts: contracts
        .filter(({ programme }) => seesContracts && sees(brandOf(programme)))
        .map(({ id, programme, buyer, currency, timeZone }) => {
          return { id, programme, brand: brandOf(programme), buyer: buyer.name, currency, timeZone };
        }),
    };
  }
}
