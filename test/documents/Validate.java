import java.io.PrintStream;
import org.mustangproject.validator.ZUGFeRDValidator;

/** Prints Mustang's report of each file, after a line with its name; all in one virtual machine. */
public class Validate {
  public static void main(String[] files) {
    PrintStream reports = System.out;
    // what the libraries print belongs to no report
    System.setOut(System.err);
    for (String file : files) {
      ZUGFeRDValidator validator = new ZUGFeRDValidator();
      validator.disableNotices();
      reports.println("=== " + file);
      reports.println(validator.validate(file));
    }
  }
}
