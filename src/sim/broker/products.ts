import { kafkaProduct } from './bridge/kafka/product.ts';
import { rabbitmqProduct } from './bridge/rabbitmq/product.ts';
import { snsProduct } from './bridge/sns/product.ts';
import { sqsProduct } from './bridge/sqs/product.ts';
import type { BrokerProduct } from './product.ts';

/** All brokers that a world may have, with what brings them to life. */
export const PRODUCTS: readonly BrokerProduct[] = [rabbitmqProduct, kafkaProduct, sqsProduct, snsProduct];
