import { readFileSync, writeFileSync } from "node:fs";
import { Body, Button, Container, Head, Heading, Html, Img, Markdown, Preview, Section, Text } from "@react-email/components";
import { render } from "@react-email/render";

const issue = JSON.parse(readFileSync("issue.json", "utf8"));

const Block = ({ kind, level, text, url, alt, caption }) => {
  if (kind === "heading") return <Heading as={`h${level}`}>{text}</Heading>;
  if (kind === "button") return <Button href={url}>{text}</Button>;
  if (kind === "markdown") return <Markdown>{text}</Markdown>;
  return (
    <Section>
      <Img src={url} alt={alt} width="560" />
      {caption && <Text>{caption}</Text>}
    </Section>
  );
};

const email = (
  <Html lang={issue.language}>
    <Head />
    <Preview>{issue.preheader}</Preview>
    <Body>
      <Container>
        <Heading>{issue.title}</Heading>
        {issue.blocks.map((block, number) => <Block key={number} {...block} />)}
      </Container>
    </Body>
  </Html>
);

writeFileSync("issue.html", await render(email));
writeFileSync("issue.txt", await render(email, { plainText: true }));
