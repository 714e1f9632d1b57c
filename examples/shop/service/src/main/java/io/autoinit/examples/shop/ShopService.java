package io.autoinit.examples.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The service. It takes the schema, the products and the static files as given: whatever starts it
 * has seen to them.
 */
public final class ShopService {

  private static final int THREADS = 4;
  private static final Pattern PAGE = Pattern.compile("page=([1-9][0-9]{0,8})");
  private static final Pattern FILE = Pattern.compile("/static/([a-z][a-z0-9.-]*)");

  private final ShopSettings settings;
  private final Products products;

  private ShopService(ShopSettings settings) {
    this.settings = settings;
    this.products = new Products(settings.database());
  }

  /**
   * Serves until the process is ended.
   *
   * @param args none
   * @throws IOException if the port is taken
   */
  public static void main(String[] args) throws IOException {
    ShopSettings settings = ShopSettings.ofProcess();
    HttpServer server = start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0), "stop"));
    System.out.println("shop serves at " + url(server));
  }

  static HttpServer start(ShopSettings settings) throws IOException {
    ShopService shop = new ShopService(settings);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(settings.bind(), settings.port()), 0);
    server.createContext("/", answering(shop::home));
    server.createContext("/products", answering(shop::products));
    server.createContext("/static/", answering(shop::staticFile));
    server.createContext("/health", answering(exchange -> shop.health()));
    // Where autoinit answered while the phases ran, the shop goes on.
    server.createContext("/livez", answering(exchange -> Answer.text(200, "alive")));
    // As many requests at once as there may be connections of one replica.
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    server.setExecutor(threads);
    server.start();
    return server;
  }

  static String url(HttpServer server) {
    InetSocketAddress address = server.getAddress();
    return "http://%s:%d/".formatted(address.getAddress().getHostAddress(), address.getPort());
  }

  private record Answer(int status, String type, String body) {

    static Answer html(String title, String body) {
      String page =
          """
          <!doctype html>
          <html lang="en">
          <head><meta charset="utf-8"><title>%s</title>
          <link rel="stylesheet" href="/static/shop.css"></head>
          <body><h1><img src="/static/logo.svg" alt=""> %s</h1>
          %s
          </body></html>
          """
              .formatted(title, title, body);
      return new Answer(200, "text/html; charset=utf-8", page);
    }

    static Answer text(int status, String text) {
      return new Answer(status, "text/plain; charset=utf-8", text + "\n");
    }
  }

  private interface Page {
    Answer of(HttpExchange exchange) throws IOException, SQLException;
  }

  private static HttpHandler answering(Page page) {
    return exchange -> {
      Answer answer;
      try {
        answer = page.of(exchange);
      } catch (IOException | SQLException e) {
        System.err.println("shop: " + e.getMessage());
        answer = Answer.text(503, "The shop is closed for a moment");
      }
      try (exchange) {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    };
  }

  private Answer home(HttpExchange exchange) throws SQLException {
    if (!exchange.getRequestURI().getPath().equals("/")) {
      return Answer.text(404, "There is no such page");
    }
    return Answer.html(
        "The shop",
        "<p><a href=\"/products?page=1\">%,d products</a>, served by %s</p>"
            .formatted(products.count(), settings.replica()));
  }

  private Answer products(HttpExchange exchange) throws SQLException {
    String query = exchange.getRequestURI().getQuery();
    Matcher matcher = PAGE.matcher(query == null ? "page=1" : query);
    if (!matcher.matches()) {
      return Answer.text(400, "A page is asked for as /products?page=1");
    }
    int number = Integer.parseInt(matcher.group(1));
    String rows =
        products.page(number).stream()
            .map(
                p ->
                    "<tr><td>%d</td><td>%s</td><td>%s</td></tr>"
                        .formatted(p.id(), p.name(), p.price()))
            .collect(Collectors.joining("\n"));
    return Answer.html("Products, page " + number, "<table>\n" + rows + "\n</table>");
  }

  private Answer staticFile(HttpExchange exchange) throws IOException {
    // The pattern lets no separator through, so that nothing outside of the directory is read.
    Matcher matcher = FILE.matcher(exchange.getRequestURI().getPath());
    if (!matcher.matches()) {
      return Answer.text(404, "There is no such file");
    }
    Path file = settings.staticDir().resolve(matcher.group(1));
    if (!Files.isRegularFile(file)) {
      return Answer.text(404, "There is no such file");
    }
    String type = file.toString().endsWith(".svg") ? "image/svg+xml" : "text/css";
    return new Answer(200, type, Files.readString(file));
  }

  private Answer health() throws SQLException {
    return Answer.text(200, "ok, %d products".formatted(products.count()));
  }
}
